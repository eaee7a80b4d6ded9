// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {IInferenceBatches} from "../interfaces/IInferenceBatches.sol";
import {Quorum} from "../libraries/Quorum.sol";
import {ReportHash} from "../libraries/ReportHash.sol";
import {Delivery, Result} from "../types/Inference.sol";
import {StateUpdate} from "../types/StateUpdate.sol";
import {TraitValue} from "../types/Trait.sol";
import {ResultReports} from "./ResultReports.sol";
import {UpdateReports} from "./UpdateReports.sol";

/// @title Roots that a quorum signed, and what is proved under them
/// @dev A slot a root, and never the same one twice: in a ring, whoever holds older attestations could overwrite roots that
/// nobody has proved under yet (docs/decisions/0008).
abstract contract CommittedRoots is ResultReports, UpdateReports {
    using Quorum for bytes;

    mapping(bytes32 rootKey => uint32 configVersion) private _roots;

    /// @inheritdoc IInferenceBatches
    function commitRoot(bytes calldata attestation, uint64 firstId, uint32 count, bytes32 root) external {
        if (count == 0) revert InferenceOracleBadBatchLength(0, type(uint32).max);
        if (firstId != UPDATES) {
            // Nothing is said for ever about what nobody has asked yet.
            uint64 newest = _newestRequest();
            uint64 last = firstId + count - 1;
            if (last > newest) revert InferenceOracleUnknownRequest(last, newest);
        }
        uint32 configVersion = attestation.configVersion();
        bytes23 setHash = _liveSet(configVersion);
        bytes32 key = _rootKey(firstId, count, root);
        uint32 before = _countingConfig(key);
        if (before != 0) revert InferenceOracleRootCommitted(firstId, count, root, before);
        _checkReport(setHash, firstId, count, ReportHash.lastingRoot(root), attestation);

        _roots[key] = configVersion;
        emit RootCommitted(firstId, count, root, configVersion);
    }

    /// @inheritdoc IInferenceBatches
    function applyResult(uint64 firstId, uint32 count, Result calldata result, bytes32[] calldata proof) external {
        _proveResult(firstId, count, result, Delivery.DIGEST, proof);
        _deliverProven(result);
    }

    /// @inheritdoc IInferenceBatches
    function applyResultInline(
        uint64 firstId,
        uint32 count,
        Result calldata result,
        bytes calldata output,
        bytes32[] calldata proof
    ) external {
        _checkOutput(result, output);
        _proveResult(firstId, count, result, Delivery.INLINE, proof);
        _deliverProven(result);
        emit ResultOutput(result.requestId, output);
    }

    /// @inheritdoc IInferenceBatches
    function applyUpdate(uint32 count, StateUpdate calldata update, bytes32[] calldata proof) external {
        _prove(UPDATES, count, ReportHash.leaf(update), proof);
        _apply(update);
    }

    /// @inheritdoc IInferenceBatches
    function applyUpdateWithTraits(
        uint32 count,
        StateUpdate calldata update,
        TraitValue[] calldata traits,
        bytes32[] calldata proof
    ) external {
        _prove(UPDATES, count, ReportHash.leaf(update, traits), proof);
        _applyWithTraits(update, traits);
    }

    /// @inheritdoc IInferenceBatches
    function lastingRoot(bytes32 root) external pure returns (bytes32) {
        return ReportHash.lastingRoot(root);
    }

    /// @inheritdoc IInferenceBatches
    function committedUnder(uint64 firstId, uint32 count, bytes32 root) external view returns (uint32) {
        return _countingConfig(_rootKey(firstId, count, root));
    }

    function _proveResult(
        uint64 firstId,
        uint32 count,
        Result calldata result,
        Delivery delivery,
        bytes32[] calldata proof
    ) private view {
        uint64 requestId = result.requestId;
        // No request has the id 0, so a root of updates holds no result.
        if (requestId < firstId || uint256(requestId) >= uint256(firstId) + count || firstId == UPDATES) {
            revert InferenceOracleOutsideRoot(requestId, firstId, count);
        }
        _prove(firstId, count, ReportHash.leaf(result, delivery), proof);
    }

    /// @dev Reverts unless the proof leads from the leaf to a root that counts.
    function _prove(uint64 firstId, uint32 count, bytes32 leaf, bytes32[] calldata proof) private view {
        bytes32 root = MerkleProof.processProofCalldata(proof, leaf);
        if (_countingConfig(_rootKey(firstId, count, root)) == 0) {
            revert InferenceOracleUnknownRoot(firstId, count, root);
        }
    }

    /// @dev Zero for a root that was never committed, or under a config that was revoked since.
    function _countingConfig(bytes32 key) private view returns (uint32 configVersion) {
        configVersion = _roots[key];
        if (configVersion != 0 && _isRevoked(configVersion)) return 0;
    }

    function _rootKey(uint64 firstId, uint32 count, bytes32 root) private pure returns (bytes32) {
        return keccak256(abi.encode(firstId, count, root));
    }
}
