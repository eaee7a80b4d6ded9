// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IAINFTRecords} from "../interfaces/IAINFTRecords.sol";
import {CollectionDomain} from "../libraries/CollectionDomain.sol";
import {MerkleMountainRange} from "../libraries/MerkleMountainRange.sol";
import {TrainingHash} from "../libraries/TrainingHash.sol";
import {ProgramView} from "../types/Program.sol";
import {ProgramHeader} from "../types/ProgramHeader.sol";
import {TrainingRecord} from "../types/TrainingRecord.sol";
import {TrainingConsents} from "./TrainingConsents.sol";

/// @title Reading programs, proving their training, and training them in batches
abstract contract ProgramRecords is IAINFTRecords, TrainingConsents {
    using MerkleMountainRange for mapping(uint256 height => bytes32 peak);

    /// @inheritdoc IAINFTRecords
    uint256 public constant MAX_TRAINING_BATCH = 256;

    /// @inheritdoc IAINFTRecords
    function addTrainingBatch(
        uint256 tokenId,
        TrainingRecord[] calldata records,
        bytes calldata consent
    ) external returns (uint64 firstIndex) {
        _checkBatchLength(records.length);
        address contributor = records[0].contributor;
        bytes32[] memory leaves = new bytes32[](records.length);
        for (uint256 i = 0; i < records.length; ++i) {
            TrainingRecord calldata record = records[i];
            if (record.contributor != contributor) revert AINFTMixedContributors(contributor, record.contributor);
            if (record.trainedAt > block.timestamp) revert AINFTTrainingInFuture(record.trainedAt, block.timestamp);
            leaves[i] = TrainingHash.leaf(record);
        }
        ProgramHeader header;
        (firstIndex, header) = _agreed(tokenId, contributor, leaves, consent);
        _appendAll(tokenId, header, leaves);
        for (uint64 i = 0; i < records.length; ++i) {
            TrainingHash.emitRecorded(tokenId, firstIndex + i, records[i]);
        }
    }

    /// @inheritdoc IAINFTRecords
    function addTrainingByLeaves(
        uint256 tokenId,
        address contributor,
        bytes32[] calldata leaves,
        bytes calldata consent
    ) external returns (uint64 firstIndex) {
        _checkBatchLength(leaves.length);
        bytes32[] memory appended = leaves;
        ProgramHeader header;
        (firstIndex, header) = _agreed(tokenId, contributor, appended, consent);
        TrainingHash.blindAll(contributor, appended);
        _appendAll(tokenId, header, appended);
        emit TrainingLeavesRecorded(tokenId, firstIndex, contributor, leaves);
    }

    /// @inheritdoc IAINFTRecords
    function programOf(uint256 tokenId) external view returns (ProgramView memory) {
        Program storage program = _knownProgram(tokenId);
        ProgramHeader header = program.header;
        return
            ProgramView({
                versionCount: header.versionCount(),
                activeVersion: header.activeVersion(),
                trainingCount: header.trainingCount(),
                sequence: header.sequence(),
                updatedAt: header.updatedAt(),
                frozen: header.isFrozen(),
                locked: header.isLocked(),
                activeManifest: program.manifests[header.activeVersion()],
                stateDigest: program.stateDigest
            });
    }

    /// @inheritdoc IAINFTRecords
    function manifestOf(uint256 tokenId, uint32 version) external view returns (bytes32 manifestDigest) {
        Program storage program = _knownProgram(tokenId);
        manifestDigest = program.manifests[version];
        if (manifestDigest == 0) revert AINFTUnknownVersion(tokenId, version, program.header.versionCount());
    }

    /// @inheritdoc IAINFTRecords
    function stateDigest(uint256 tokenId) external view returns (bytes32) {
        return _knownProgram(tokenId).stateDigest;
    }

    /// @inheritdoc IAINFTRecords
    function trainingCount(uint256 tokenId) external view returns (uint64) {
        return _knownProgram(tokenId).header.trainingCount();
    }

    /// @inheritdoc IAINFTRecords
    function trainingRoot(uint256 tokenId) external view returns (bytes32) {
        Program storage program = _knownProgram(tokenId);
        return program.peaks.root(program.header.trainingCount());
    }

    /// @inheritdoc IAINFTRecords
    function trainingPeak(uint256 tokenId, uint8 height) external view returns (bytes32) {
        return _knownProgram(tokenId).peaks[height];
    }

    /// @inheritdoc IAINFTRecords
    function verifyTraining(
        uint256 tokenId,
        TrainingRecord calldata record,
        uint64 index,
        bytes32[] calldata proof
    ) external view returns (bool) {
        Program storage program = _knownProgram(tokenId);
        uint64 count = program.header.trainingCount();
        bytes32 leaf = TrainingHash.leaf(record);
        return
            program.peaks.verify(count, leaf, index, proof) ||
            program.peaks.verify(count, TrainingHash.blindLeaf(record.contributor, leaf), index, proof);
    }

    /// @inheritdoc IAINFTRecords
    function trainingConsentDigest(
        uint256 tokenId,
        uint64 index,
        TrainingRecord calldata record
    ) external view returns (bytes32) {
        return CollectionDomain.typedDataHash(TrainingHash.consent(tokenId, index, TrainingHash.leaf(record)));
    }

    /// @inheritdoc IAINFTRecords
    function trainingBatchConsentDigest(
        uint256 tokenId,
        uint64 firstIndex,
        address contributor,
        bytes32[] calldata leaves
    ) external view returns (bytes32) {
        return CollectionDomain.typedDataHash(TrainingHash.batchConsent(tokenId, firstIndex, contributor, leaves));
    }

    /// @dev What both kinds of batch are held to first: one authority and one consent for all.
    function _agreed(
        uint256 tokenId,
        address contributor,
        bytes32[] memory leaves,
        bytes calldata consent
    ) private view returns (uint64 firstIndex, ProgramHeader header) {
        (, header) = _changeByController(tokenId);
        if (contributor == address(0)) revert AINFTEmptyContributor(tokenId);
        firstIndex = header.trainingCount();
        bytes32 structHash = TrainingHash.batchConsent(tokenId, firstIndex, contributor, leaves);
        _checkConsent(tokenId, firstIndex, contributor, structHash, consent);
    }

    function _appendAll(uint256 tokenId, ProgramHeader header, bytes32[] memory leaves) private {
        Program storage program = _program(tokenId);
        program.header = header.withNewTrainings(uint64(leaves.length)); // at most MAX_TRAINING_BATCH
        program.peaks.appendAll(header.trainingCount(), leaves);
    }

    function _checkBatchLength(uint256 length) private pure {
        if (length == 0 || length > MAX_TRAINING_BATCH) revert AINFTBadBatchLength(length, MAX_TRAINING_BATCH);
    }
}
