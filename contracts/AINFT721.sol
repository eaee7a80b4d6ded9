// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {AINFT721Base} from "./base/AINFT721Base.sol";
import {Extended} from "./base/Extended.sol";

/// @title ERC-721 collection of AINFTs
/// @notice A token is a program with an owner: see {IAINFT} for its life, {IAINFTCollection} for the controller's
/// rights, and {IAINFT721} for everything that a collection answers.
contract AINFT721 is AINFT721Base {
    /// @dev The implementation itself can never be initialised: only its clones are collections.
    constructor(address extension) Extended(extension) {
        _disableInitializers();
    }
}
