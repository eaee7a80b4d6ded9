// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ProgramHeader} from "../types/ProgramHeader.sol";
import {StateUpdate} from "../types/StateUpdate.sol";
import {OracleStore} from "./OracleStore.sol";
import {ProgramStore} from "./ProgramStore.sol";

/// @title The one way in which a token's state changes
abstract contract StateChange is ProgramStore, OracleStore {
    /// @dev Checks an update against the token and applies it. Reverts unless the caller is the collection's oracle.
    function _applySignedState(StateUpdate calldata update) internal {
        address oracle = _oracleLink().oracle;
        if (msg.sender != oracle) revert AINFTNotOracle(msg.sender, oracle);
        if (update.collection != address(this)) revert AINFTWrongCollection(update.collection);
        Program storage program = _program(update.tokenId);
        ProgramHeader header = _changeable(update.tokenId, program);
        bytes32 active = program.manifests[header.activeVersion()];
        if (active == 0) revert AINFTUnknownToken(update.tokenId);
        if (update.manifestDigest != active) {
            revert AINFTInactiveManifest(update.tokenId, active, update.manifestDigest);
        }
        header = header.withNextSequence();
        uint64 next = header.sequence();
        if (update.sequence != next) revert AINFTStaleSequence(update.tokenId, next, update.sequence);

        program.header = header;
        program.stateDigest = update.stateDigest;
        emit StateUpdated(
            update.tokenId,
            update.actor,
            next,
            update.inputDigest,
            update.outputDigest,
            update.stateDigest
        );
    }
}
