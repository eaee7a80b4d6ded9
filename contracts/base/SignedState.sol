// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IAINFTLife} from "../interfaces/IAINFTLife.sol";
import {StateUpdate} from "../types/StateUpdate.sol";
import {StateChange} from "./StateChange.sol";

/// @title A token's state, changed only by what a quorum signed
abstract contract SignedState is IAINFTLife, StateChange {
    /// @inheritdoc IAINFTLife
    function applySignedState(StateUpdate calldata update) external {
        _applySignedState(update);
    }
}
