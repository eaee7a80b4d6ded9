// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {AINFT1155Base} from "./base/AINFT1155Base.sol";
import {Extended} from "./base/Extended.sol";

/// @title ERC-1155 collection of AINFTs
/// @notice An id is a program with a curator and editions: see {IAINFT} for its life, {IAINFTCollection} for the
/// controller's rights, and {IAINFT1155} for everything that a collection answers.
contract AINFT1155 is AINFT1155Base {
    /// @dev The implementation itself can never be initialised: only its clones are collections.
    constructor(address extension) Extended(extension) {
        _disableInitializers();
    }
}
