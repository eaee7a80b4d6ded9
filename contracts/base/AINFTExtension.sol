// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {IContributorSplits} from "../interfaces/IContributorSplits.sol";
import {IProgramAuthority} from "../interfaces/IProgramAuthority.sol";
import {CollectionSettings} from "./CollectionSettings.sol";
import {Disputes} from "./Disputes.sol";
import {ProgramAccess} from "./ProgramAccess.sol";
import {ProgramRecords} from "./ProgramRecords.sol";
import {Royalties} from "./Royalties.sol";
import {Traits} from "./Traits.sol";

/// @title What the extensions of both token standards share
/// @dev Runs by delegatecall in a collection (see {Extended}). Called directly it has no token, no owner and no
/// authority, so nothing in it can be changed.
abstract contract AINFTExtension is
    CollectionSettings,
    ProgramRecords,
    ProgramAccess,
    Disputes,
    Royalties,
    Traits,
    EIP712
{
    constructor(IContributorSplits splits) Royalties(splits) EIP712("AINFT", "1") {
        _disableInitializers();
    }

    /// @dev The token contract knows its own rule of authority; in a collection this is a call to itself.
    function _isController(uint256 tokenId, address account) internal view override returns (bool) {
        return IProgramAuthority(address(this)).isController(tokenId, account);
    }
}
