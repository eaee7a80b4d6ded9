// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IAINFTLife} from "../interfaces/IAINFTLife.sol";
import {IAINFTTraits} from "../interfaces/IAINFTTraits.sol";
import {IInferenceBatches} from "../interfaces/IInferenceBatches.sol";
import {IInferenceOracle} from "../interfaces/IInferenceOracle.sol";
import {Quorum} from "../libraries/Quorum.sol";
import {ReportHash} from "../libraries/ReportHash.sol";
import {ReportTree} from "../libraries/ReportTree.sol";
import {StateUpdate} from "../types/StateUpdate.sol";
import {TraitValue} from "../types/Trait.sol";
import {ReportChecks} from "./ReportChecks.sol";

/// @title Applying signed updates, one by one or by the batch
abstract contract UpdateReports is ReportChecks {
    using Quorum for bytes;
    using ReportTree for bytes32[];

    /// @inheritdoc IInferenceBatches
    uint256 public constant MAX_UPDATES = 64;

    /// @inheritdoc IInferenceBatches
    uint256 public constant UPDATE_GAS = 200_000;

    /// @inheritdoc IInferenceOracle
    function submitUpdate(bytes calldata attestation, StateUpdate calldata update) external {
        bytes23 setHash = _liveSet(attestation.configVersion());
        _checkReport(setHash, UPDATES, 1, ReportHash.leaf(update), attestation);
        _apply(update);
    }

    /// @inheritdoc IInferenceOracle
    function submitUpdateWithTraits(
        bytes calldata attestation,
        StateUpdate calldata update,
        TraitValue[] calldata traits
    ) external {
        bytes23 setHash = _liveSet(attestation.configVersion());
        _checkReport(setHash, UPDATES, 1, ReportHash.leaf(update, traits), attestation);
        _applyWithTraits(update, traits);
    }

    /// @inheritdoc IInferenceBatches
    function submitUpdates(bytes calldata attestation, StateUpdate[] calldata updates) external {
        bytes23 setHash = _liveSet(attestation.configVersion());
        _checkReport(setHash, UPDATES, updates.length, _rootOf(updates), attestation);
        for (uint256 i = 0; i < updates.length; ++i) {
            StateUpdate calldata update = updates[i];
            // A call gets at most 63/64 of what is left.
            uint256 needed = UPDATE_GAS + UPDATE_GAS / 63 + 10_000;
            if (gasleft() < needed) revert InferenceOracleTooLittleGas(i, needed, gasleft());
            (bool applied, bytes4 reason) = _tryApply(update);
            if (!applied) emit UpdateSkipped(i, update.collection, update.tokenId, reason);
        }
    }

    /// @inheritdoc IInferenceOracle
    function updateLeaf(StateUpdate calldata update) external pure returns (bytes32) {
        return ReportHash.leaf(update);
    }

    /// @inheritdoc IInferenceOracle
    function traitUpdateLeaf(
        StateUpdate calldata update,
        TraitValue[] calldata traits
    ) external pure returns (bytes32) {
        return ReportHash.leaf(update, traits);
    }

    /// @inheritdoc IInferenceBatches
    function updatesRoot(StateUpdate[] calldata updates) external pure returns (bytes32) {
        return _rootOf(updates);
    }

    /// @dev Applies an update, or reverts with what its collection reverts with.
    function _apply(StateUpdate calldata update) internal {
        address collection = update.collection;
        if (collection.code.length == 0) revert InferenceOracleNotACollection(collection);
        if (_callCollection(collection, update, gasleft())) return;
        assembly ("memory-safe") {
            let data := mload(0x40)
            returndatacopy(data, 0, returndatasize())
            revert(data, returndatasize())
        }
    }

    function _applyWithTraits(StateUpdate calldata update, TraitValue[] calldata traits) internal {
        if (update.collection.code.length == 0) revert InferenceOracleNotACollection(update.collection);
        IAINFTTraits(update.collection).applySignedStateWithTraits(update, traits);
    }

    /// @dev Applies an update with bounded gas, and reads no more than four bytes of why it was refused.
    function _tryApply(StateUpdate calldata update) private returns (bool applied, bytes4 reason) {
        address collection = update.collection;
        if (collection.code.length == 0) return (false, 0);
        applied = _callCollection(collection, update, UPDATE_GAS);
        if (applied) return (true, 0);
        assembly ("memory-safe") {
            if gt(returndatasize(), 3) {
                returndatacopy(0x00, 0, 4)
                reason := and(mload(0x00), shl(224, 0xffffffff))
            }
        }
    }

    /// @dev Calls `applySignedState` of the update's collection. The update goes on as it stands in calldata, except that its
    /// narrow fields are read first, which refuses dirty high bits. Assembly, because what the compiler writes around a
    /// call that answers nothing copies field by field: 240 gas more (docs/decisions/0003).
    function _callCollection(
        address collection,
        StateUpdate calldata update,
        uint256 gasLimit
    ) private returns (bool success) {
        address actor = update.actor;
        uint256 sequence = update.sequence;
        bytes32 selector = IAINFTLife.applySignedState.selector;
        assembly ("memory-safe") {
            let data := mload(0x40)
            mstore(data, selector)
            calldatacopy(add(data, 4), update, 0x100)
            mstore(add(data, 0x44), actor)
            mstore(add(data, 0x64), sequence)
            success := call(gasLimit, collection, 0, data, 0x104, 0, 0)
        }
    }

    function _rootOf(StateUpdate[] calldata updates) private pure returns (bytes32) {
        uint256 count = updates.length;
        if (count == 0 || count > MAX_UPDATES) revert InferenceOracleBadBatchLength(count, MAX_UPDATES);
        bytes32[] memory nodes = ReportTree.allocate(count);
        for (uint256 i = 0; i < count; ++i) nodes.put(count, i, ReportHash.leaf(updates[i]));
        return nodes.root();
    }
}
