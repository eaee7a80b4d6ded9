// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Ownable} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {RequestDesk} from "./RequestDesk.sol";
import {CommittedRoots} from "./base/CommittedRoots.sol";
import {Requests} from "./base/Requests.sol";

/// @title Brings signed inference results and updates to the chain
/// @dev Immutable on purpose: what verifies signatures can be replaced by its users, never changed under them. It makes its
/// own desk, so that neither can be joined to a false other half.
contract InferenceOracle is CommittedRoots {
    constructor(
        address owner
    ) Ownable(owner) EIP712("AINFT Oracle", "1") Requests(address(new RequestDesk(address(this)))) {}
}
