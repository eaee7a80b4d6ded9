// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Result} from "../types/Inference.sol";
import {StateUpdate} from "../types/StateUpdate.sol";
import {TraitValue} from "../types/Trait.sol";

/// @title Results and updates by the batch, at once or by root and proof
/// @notice The part of {IInferenceOracle} where one quorum signs a Merkle root over many leaves. Leaves stand in the
/// tree in their order; nodes hash their children in ascending order (OpenZeppelin's SimpleMerkleTree without sorted leaves).
/// What m colluding reporters can do is what they can do with single reports, for many requests at once.
interface IInferenceBatches {
    /// @notice Thrown when a batch is empty or longer than allowed.
    error InferenceOracleBadBatchLength(uint256 length, uint256 maximum);

    /// @notice Thrown when statuses are neither left out nor one for each result.
    error InferenceOracleBadStatusCount(uint256 count, uint256 statuses);

    /// @notice Thrown when nothing of a batch of results is left to deliver; before any signature is checked.
    error InferenceOracleBatchDone(uint64 firstId, uint256 count);

    /// @notice Thrown when a root is committed again under a config that still counts for roots.
    error InferenceOracleRootCommitted(uint64 firstId, uint32 count, bytes32 root, uint32 configVersion);

    /// @notice Thrown when a proof leads to a root that nobody committed, or that was committed under a revoked config.
    error InferenceOracleUnknownRoot(uint64 firstId, uint32 count, bytes32 root);

    /// @notice Thrown when a result is not of the ids that its root is about.
    error InferenceOracleOutsideRoot(uint64 requestId, uint64 firstId, uint32 count);

    /// @notice Thrown when too little gas is left to try the next update of a batch as it has to be tried.
    error InferenceOracleTooLittleGas(uint256 index, uint256 needed, uint256 left);

    /// @notice Emitted for a batch of results. Result i is that of request `firstId + i`; it was delivered unless this
    /// transaction emitted a `ResultSkipped` for it.
    /// @param statuses One `ResultStatus` a byte; empty when every result is OK.
    /// @param answers Hash of what was answered to each request: see `answerHash`.
    event BatchDelivered(uint64 indexed firstId, bytes statuses, bytes32[] answers);

    /// @notice Emitted for a result of a batch that was not delivered: its request has its result already or does not
    /// exist, or its status is none.
    event ResultSkipped(uint64 indexed requestId);

    /// @notice Emitted for an update of a batch that its collection refused, or that names no collection.
    /// @param index Place in the batch, from 0.
    /// @param reason First 4 bytes of what the collection reverted with; zero when that was nothing.
    event UpdateSkipped(uint256 indexed index, address indexed collection, uint256 indexed tokenId, bytes4 reason);

    /// @notice Emitted when a root is committed: from now on its leaves can be proved.
    /// @param firstId First request id of the results; 0 for updates.
    /// @param count Leaves under the root.
    event RootCommitted(uint64 indexed firstId, uint32 count, bytes32 indexed root, uint32 configVersion);

    /// @notice Delivers up to `MAX_BATCH` signed results of consecutive requests whose bytes stay off chain (DIGEST).
    /// @dev Open to all. A result whose request is done or does not exist, or whose status is none, is skipped with an event, so
    /// that nobody can spoil a batch by delivering one of its results first. Reverts when nothing is left to deliver, when the
    /// report expired or its deadline is too far, or when the quorum is not exactly right.
    /// Warning: as for `fulfill`, readers must compare each answer with the request's event.
    /// @param attestation Config version, report deadline, signer mask, signatures and the other reporters.
    /// @param firstId Id of the first request.
    /// @param answers Hash of what was answered to each request: see `answerHash`.
    /// @param statuses One `ResultStatus` a byte; empty when every result is OK.
    function fulfillBatch(
        bytes calldata attestation,
        uint64 firstId,
        bytes32[] calldata answers,
        bytes calldata statuses
    ) external;

    /// @notice Applies up to `MAX_UPDATES` signed updates, in their order.
    /// @dev Open to all. An update that its collection refuses is skipped with an event and can be submitted again: its
    /// sequence was not used. Each gets `UPDATE_GAS`; reverts when less is left, so that a submitter cannot starve one.
    /// Reverts as `submitUpdate` does for the report. The tree does not bind which of two siblings comes first: a submitter
    /// may swap them, and then the later one of a token is skipped until it is submitted again.
    function submitUpdates(bytes calldata attestation, StateUpdate[] calldata updates) external;

    /// @notice Commits a root, so that each of its leaves can be delivered later by proof: whoever needs it pays for it.
    /// @dev Open to all. The report names `lastingRoot(root)` instead of the root: a root counts without any deadline, so what
    /// was signed to be delivered until one cannot be committed, nor the other way round. Warning to reporters: who signs a
    /// lasting root must never sign anything else for the same requests or sequences.
    /// Reverts when the count is zero, when a request of it does not exist yet, when the root stands committed under a config that was not
    /// revoked, when the report expired or its deadline is too far, or when the quorum is not exactly right. A root counts for
    /// ever, unless its config is revoked: then another quorum may commit it anew.
    /// @param firstId First request id of the results; 0 for updates.
    /// @param count Leaves under the root.
    /// @param root Merkle root over the leaves.
    function commitRoot(bytes calldata attestation, uint64 firstId, uint32 count, bytes32 root) external;

    /// @notice Delivers a result under a committed root (DIGEST).
    /// @dev Open to all. Reverts as `fulfill` does for the request, and when the root is unknown or about other ids.
    /// @param firstId First request id of the root.
    /// @param count Leaves under the root.
    /// @param proof Siblings of the leaf, from the bottom.
    function applyResult(uint64 firstId, uint32 count, Result calldata result, bytes32[] calldata proof) external;

    /// @notice Delivers a result under a committed root together with its bytes (INLINE).
    /// @dev As `applyResult`; reverts as well when the bytes are not those that were signed.
    function applyResultInline(
        uint64 firstId,
        uint32 count,
        Result calldata result,
        bytes calldata output,
        bytes32[] calldata proof
    ) external;

    /// @notice Applies an update under a committed root of updates.
    /// @dev Open to all. Reverts when the root is unknown, and as the collection does.
    function applyUpdate(uint32 count, StateUpdate calldata update, bytes32[] calldata proof) external;

    /// @notice Applies an update with the traits that change with it, under a committed root of updates.
    /// @dev As `applyUpdate`.
    function applyUpdateWithTraits(
        uint32 count,
        StateUpdate calldata update,
        TraitValue[] calldata traits,
        bytes32[] calldata proof
    ) external;

    /// @notice What a report says instead of a root that is to be committed.
    function lastingRoot(bytes32 root) external pure returns (bytes32);

    /// @notice Config under which a root stands committed; zero when it does not, or when that config was revoked.
    function committedUnder(uint64 firstId, uint32 count, bytes32 root) external view returns (uint32 configVersion);

    /// @notice The root that a quorum signs for a batch of results.
    /// @dev Reverts as `fulfillBatch` does for lengths. A status that is none is hashed as it stands; no one can deliver it.
    function resultsRoot(
        uint64 firstId,
        bytes32[] calldata answers,
        bytes calldata statuses
    ) external pure returns (bytes32);

    /// @notice The root that a quorum signs for a batch of updates.
    /// @dev Reverts when the batch is empty or longer than `MAX_UPDATES`.
    function updatesRoot(StateUpdate[] calldata updates) external pure returns (bytes32);

    /// @notice Most results of one batch: 256.
    function MAX_BATCH() external view returns (uint256);

    /// @notice Most updates of one batch: 64.
    function MAX_UPDATES() external view returns (uint256);

    /// @notice Gas that each update of a batch may use: 200,000.
    function UPDATE_GAS() external view returns (uint256);
}
