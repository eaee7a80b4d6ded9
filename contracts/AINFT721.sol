// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {AINFT721Base} from "./base/AINFT721Base.sol";
import {Extended} from "./base/Extended.sol";

/// @title ERC-721 collection of AINFTs
/// @notice A token is a program with an owner: see {IAINFT} for its life, {IAINFTCollection} for the controller's rights,
/// and {IAINFT721} for everything that a collection answers.
contract AINFT721 is AINFT721Base, EIP712 {
    /// @dev The implementation itself can never be initialised: only its clones are collections.
    constructor(address extension) Extended(extension) EIP712("AINFT", "1") {
        _disableInitializers();
    }

    function _typedDataHash(bytes32 structHash) internal view override returns (bytes32) {
        return _hashTypedDataV4(structHash);
    }
}
