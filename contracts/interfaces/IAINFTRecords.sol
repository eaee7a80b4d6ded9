// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ProgramView} from "../types/Program.sol";
import {TrainingRecord} from "../types/TrainingRecord.sol";
import {IAINFTEvents} from "./IAINFTEvents.sol";

/// @title The records of a program: reading it, proving its training, and training it in batches
/// @notice The part of {IAINFT} that is called less often. Its rules about malicious callers are stated there.
interface IAINFTRecords is IAINFTEvents {
    /// @notice What the program is right now.
    /// @dev Reverts when the token is unknown.
    function programOf(uint256 tokenId) external view returns (ProgramView memory);

    /// @notice The manifest digest of one version.
    /// @dev Reverts when the token or the version is unknown.
    function manifestOf(uint256 tokenId, uint32 version) external view returns (bytes32 manifestDigest);

    /// @notice Digest of the token's state; zero until the first update.
    /// @dev Reverts when the token is unknown.
    function stateDigest(uint256 tokenId) external view returns (bytes32);

    /// @notice Number of records in the token's training log.
    /// @dev Reverts when the token is unknown.
    function trainingCount(uint256 tokenId) external view returns (uint64);

    /// @notice Root over all records and their number; zero while the log is empty.
    /// @dev Reverts when the token is unknown. Computed on every call: a view for reading, not for contracts in a loop.
    function trainingRoot(uint256 tokenId) external view returns (bytes32);

    /// @notice The peak of one mountain of the log, as stored.
    /// @dev Only heights that are set bits of the count belong to the log; other slots hold old values. Reverts when
    /// the token is unknown.
    /// @param height Height of the mountain: it covers 2 ** height records.
    function trainingPeak(uint256 tokenId, uint8 height) external view returns (bytes32);

    /// @notice Whether a record stands at a place of the token's training log.
    /// @dev Never reverts on a bad proof; reverts when the token is unknown. True only for a record whose contributor
    /// consented to this place of this log, whichever way it was appended. Of a record that was appended by its digest
    /// alone nothing else was checked: its `trainedAt` may be any time.
    /// @param record The record to prove.
    /// @param index Its position, from 0.
    /// @param proof Sibling hashes from the leaf up to its peak.
    function verifyTraining(
        uint256 tokenId,
        TrainingRecord calldata record,
        uint64 index,
        bytes32[] calldata proof
    ) external view returns (bool);

    /// @notice Appends records of one contributor to the token's training log, with one consent for all.
    /// @dev Only the token's controller. As `addTraining`, but the contributor signs an EIP-712
    /// `TrainingBatchConsent` over token, first index, contributor and the records' digests in order. Reverts as well
    /// when the batch is empty or longer than `MAX_TRAINING_BATCH`, or names two contributors. All or nothing.
    /// @param tokenId Token that was trained.
    /// @param records The contributions, oldest first.
    /// @param consent The contributor's signature over the batch.
    /// @return firstIndex Position of the first record in the log; the others follow it.
    function addTrainingBatch(
        uint256 tokenId,
        TrainingRecord[] calldata records,
        bytes calldata consent
    ) external returns (uint64 firstIndex);

    /// @notice Appends records of one contributor by their digests alone: the cheapest form.
    /// @dev Only the token's controller; consent and limits as `addTrainingBatch`. Each digest is bound to the
    /// contributor who consents, so it can only ever prove a record in their name. Warning: the records themselves are
    /// nowhere on chain. Whoever keeps them can prove them with `verifyTraining`, nobody else can say what they were,
    /// and a digest may be of anything. The consent is the same as that of `addTrainingBatch`: the controller
    /// chooses whether the records are public.
    /// @param tokenId Token that was trained.
    /// @param contributor Who gave the data, the code or the compute of every record.
    /// @param leaves EIP-712 hashStruct of each `TrainingRecord`, oldest first.
    /// @param consent The contributor's signature over the batch.
    /// @return firstIndex Position of the first record in the log; the others follow it.
    function addTrainingByLeaves(
        uint256 tokenId,
        address contributor,
        bytes32[] calldata leaves,
        bytes calldata consent
    ) external returns (uint64 firstIndex);

    /// @notice The EIP-712 digest that a contributor signs for a place in the log, so that any signer can check it.
    function trainingConsentDigest(
        uint256 tokenId,
        uint64 index,
        TrainingRecord calldata record
    ) external view returns (bytes32);

    /// @notice The EIP-712 digest that a contributor signs for a batch, so that any signer can check it.
    /// @param firstIndex Place in the log of the first record.
    /// @param leaves EIP-712 hashStruct of each record, in order.
    function trainingBatchConsentDigest(
        uint256 tokenId,
        uint64 firstIndex,
        address contributor,
        bytes32[] calldata leaves
    ) external view returns (bytes32);

    /// @notice Most records in one batch: 256.
    function MAX_TRAINING_BATCH() external view returns (uint256);
}
