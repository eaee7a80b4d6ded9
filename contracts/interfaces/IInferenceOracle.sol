// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Agreement, Delivery, Outcome, Report, Request, Result, ResultStatus, Terms} from "../types/Inference.sol";
import {StateUpdate} from "../types/StateUpdate.sol";
import {TraitValue} from "../types/Trait.sol";
import {IAttestationVerifier} from "./IAttestationVerifier.sol";
import {IInferenceBatches} from "./IInferenceBatches.sol";

/// @title Brings what containers computed to the chain, under a quorum of signatures
/// @notice Anybody may ask and anybody may submit: authority is only in the signatures of m of n reporters of one
/// config. A valid quorum shows who reported, not that the answer is true; reporters and their config are trusted for
/// that. What m colluding reporters can do: sign any result for an open request and any state for a token of a
/// collection that obeys this oracle. What they cannot: answer a request twice, reuse a sequence, or act after their
/// config was revoked.
/// @dev Domain: EIP712("AINFT Oracle", "1"). Attestation bytes: config version (uint32), report deadline in Unix seconds
/// (uint64) and a mask of signer indexes (uint32), big endian and packed, then one entry for each of the config's n
/// reporters in ascending index: the signature (64 bytes, EIP-2098, low s) of each of exactly m signers, the address (20
/// bytes) of each other reporter. Reporters are ECDSA keys: an ERC-1271 signature is never accepted.
interface IInferenceOracle is IAttestationVerifier, IInferenceBatches {
    // Requests

    /// @notice Thrown when the address that is asked, or that an update is for, is no contract.
    error InferenceOracleNotACollection(address collection);

    /// @notice Thrown when the asked collection obeys another oracle, so nobody would answer.
    error InferenceOracleWrongOracle(address collection, address itsOracle);

    /// @notice Thrown when a request's input is longer than allowed, in bytes.
    error InferenceOracleInputTooLong(uint256 length, uint256 maximum);

    /// @notice Thrown when a deadline is not after the current block, or further ahead than allowed. Unix seconds.
    error InferenceOracleBadDeadline(uint64 deadline, uint256 blockTime, uint256 latest);

    /// @notice Thrown when a program is kept for its holders, and the caller is none of them.
    error InferenceOracleMayNotAsk(address collection, uint256 tokenId, address caller);

    /// @notice Thrown when a program has a price, and the caller is nobody whom its controller lets ask for nothing.
    error InferenceOracleNotFree(address collection, uint256 tokenId, address caller);

    /// @notice Thrown when somebody other than the request desk does what only the desk can answer for.
    error InferenceOracleNotDesk(address caller, address desk);

    /// @notice Emitted for every request. The input is only here, never in storage.
    event RequestCreated(
        uint64 indexed requestId,
        address indexed collection,
        uint256 indexed tokenId,
        address requester,
        bytes32 manifestDigest,
        bytes32 requestHash,
        uint32 maxOutputBytes,
        Delivery delivery,
        Agreement agreement,
        uint64 deadline,
        bytes input
    );

    /// @notice Asks a token's active version for an inference, for nothing.
    /// @dev Open to all whom the program lets ask, unless it has a price at the desk ({IRequestDesk} `isFree`). Reverts when the
    /// collection has no code, obeys another oracle, does not know the token or does not answer {IProgramAccess}, when the
    /// program is kept for its holders and the caller is none of them, when the input is longer than `MAX_INPUT_BYTES`, when the
    /// deadline is past or over `MAX_LIFETIME` ahead, or when the delivery is CALLBACK: only the desk calls back.
    /// @param collection AINFT collection to ask.
    /// @param tokenId Token to ask.
    /// @param input Input bytes, as the manifest's input schema wants them.
    /// @param terms What the caller wants beside an answer.
    /// @return requestId Sequential id, from 1.
    function request(
        address collection,
        uint256 tokenId,
        bytes calldata input,
        Terms calldata terms
    ) external returns (uint64 requestId);

    /// @notice Asks in the name of somebody whose order the desk keeps.
    /// @dev Only the desk. Reverts as `request` does, but for the price, and takes every delivery.
    /// @param requester Who asked the desk: the request is theirs.
    /// @return requestId Sequential id, from 1.
    /// @return requestHash Hash of the request's content, as results name it.
    function requestFor(
        address requester,
        address collection,
        uint256 tokenId,
        bytes calldata input,
        Terms calldata terms
    ) external returns (uint64 requestId, bytes32 requestHash);

    // Results and updates

    /// @notice Thrown when a result is for a request that was never made.
    error InferenceOracleUnknownRequest(uint64 requestId, uint64 requestCount);

    /// @notice Thrown when a request already has its result.
    error InferenceOracleAlreadyFulfilled(uint64 requestId);

    /// @notice Thrown when output bytes are not those that were signed: another digest, or another length in bytes.
    error InferenceOracleOutputMismatch(uint64 requestId, bytes32 expected, bytes32 actual, uint256 length);

    /// @notice Thrown when a report is submitted after its deadline. Unix seconds.
    error InferenceOracleReportExpired(uint64 deadline, uint256 blockTime);

    /// @notice Thrown when a report's deadline is further away than allowed; it is accepted later. Unix seconds.
    error InferenceOracleReportTooLong(uint64 deadline, uint256 latest);

    /// @notice Thrown when a config without a threshold is asked for a quorum: an unset config never counts.
    error InferenceOracleEmptyConfig();

    /// @notice Thrown when an attestation is not exactly a header, m signatures and n - m addresses long, in bytes.
    error InferenceOracleBadAttestationLength(uint256 expected, uint256 actual);

    /// @notice Thrown when the mask names other than exactly m signers.
    error InferenceOracleBadSignerCount(uint256 threshold, uint256 actual);

    /// @notice Thrown when the mask names a signer index that the config does not have.
    error InferenceOracleUnknownSigner(uint32 mask, uint256 reporterCount);

    /// @notice Thrown when a signature is malleable, malformed, or by another key than its index names.
    /// @param recovered The key that signed; zero when the signature recovers nobody.
    error InferenceOracleInvalidSignature(uint256 index, address expected, address recovered);

    /// @notice Thrown when an attestation names another address than the config does for a reporter who did not sign.
    error InferenceOracleWrongReporter(uint256 index, address expected, address actual);

    /// @notice Emitted once for a request that was answered (status OK).
    event ResultDelivered(uint64 indexed requestId, bytes32 requestHash, bytes32 resultDigest);

    /// @notice Emitted once for a request that ended without an answer: a failure that the quorum signed.
    event RequestFailed(uint64 indexed requestId, bytes32 requestHash, bytes32 resultDigest, ResultStatus status);

    /// @notice Emitted beside `ResultDelivered` or `RequestFailed` when the result's bytes are delivered inline or by callback.
    event ResultOutput(uint64 indexed requestId, bytes output);

    /// @notice Delivers the signed result of one request whose bytes stay off chain (DIGEST).
    /// @dev Open to all. Reverts when the request is unknown or done, when the report expired or its deadline is more than
    /// `MAX_LIFETIME` away, or when the quorum is not exactly right, which it never is for a result signed as INLINE.
    /// Warning: the request itself is not stored. Readers must compare `requestHash` with the request's event. A result
    /// with another hash (signed before a reorganisation gave the id to another request) ends the request all the same.
    /// @param attestation Config version, report deadline, signer mask, signatures and the other reporters.
    /// @param result What the quorum signed.
    function fulfill(bytes calldata attestation, Result calldata result) external;

    /// @notice Delivers the signed result of one request together with its bytes (INLINE).
    /// @dev As `fulfill`; reverts as well when the bytes are not those that were signed. Nobody can deliver an inline
    /// result without its bytes.
    /// @param attestation Config version, report deadline, signer mask, signatures and the other reporters.
    /// @param result What the quorum signed.
    /// @param output The canonical result bytes.
    function fulfillInline(bytes calldata attestation, Result calldata result, bytes calldata output) external;

    /// @notice Delivers the signed result of a request that is answered by a callback, together with its bytes.
    /// @dev Only the desk, which makes the callback: so no result can be taken away from the contract that waits for it.
    /// Reverts as `fulfillInline` does.
    function fulfillForDesk(bytes calldata attestation, Result calldata result, bytes calldata output) external;

    /// @notice Applies a signed update to a token.
    /// @dev Open to all. Reverts as `fulfill` does for the report, and as `IAINFT.applySignedState` does for the update.
    /// @param attestation Config version, report deadline, signer mask, signatures and the other reporters.
    /// @param update What the quorum signed.
    function submitUpdate(bytes calldata attestation, StateUpdate calldata update) external;

    /// @notice Applies a signed update to a token together with the traits that change with it.
    /// @dev As `submitUpdate`; reverts as well as {IAINFTTraits} `applySignedStateWithTraits` does.
    /// @param attestation Config version, report deadline, signer mask, signatures and the other reporters.
    /// @param update The change of the state that the quorum signed.
    /// @param traits The traits that the quorum signed with it, in that order.
    function submitUpdateWithTraits(
        bytes calldata attestation,
        StateUpdate calldata update,
        TraitValue[] calldata traits
    ) external;

    // Configs

    /// @notice Thrown when a config has no reporter or more than 32.
    error InferenceOracleBadReporterCount(uint256 count);

    /// @notice Thrown when reporters are not strictly ascending, or one is zero.
    error InferenceOracleReportersNotAscending(address previous, address next);

    /// @notice Thrown when a threshold is zero or above the number of reporters.
    error InferenceOracleBadThreshold(uint256 threshold, uint256 reporters);

    /// @notice Thrown when a grace period is longer than allowed, in seconds.
    error InferenceOracleGraceTooLong(uint256 grace, uint256 maximum);

    /// @notice Thrown when a report or a call names a config that is not live.
    error InferenceOracleConfigNotLive(uint32 configVersion);

    /// @notice Thrown when a config is revoked that never existed or was revoked before.
    error InferenceOracleNotRevocable(uint32 configVersion);

    /// @notice Thrown when the owner renounces the oracle: without one, no leaked reporter key could be revoked.
    error InferenceOracleOwnerNeeded();

    /// @notice Emitted when a reporter config becomes the current one.
    /// @param previousValidUntil Unix seconds at which the config before it stops counting; zero when there was none.
    event ConfigSet(uint32 indexed configVersion, uint8 threshold, address[] reporters, uint48 previousValidUntil);

    /// @notice Emitted when a config stops counting at once.
    event ConfigRevoked(uint32 indexed configVersion);

    /// @notice Installs a new reporter config; the one before stays valid for a grace period, any older one dies.
    /// @dev Only the oracle's owner, who thereby can choose who signs everything.
    /// @param reporters 1 to 32 signing keys, strictly ascending, none zero.
    /// @param threshold Signatures a report needs (m), from 1 to the number of reporters. Warning: at half the reporters
    /// or fewer, two quorums without a common member can sign two answers, and the submitter chooses.
    /// @param grace Seconds for which the previous config still counts, at most `MAX_LIFETIME`.
    /// @return configVersion Number of the new config, from 1.
    function setConfig(
        address[] calldata reporters,
        uint8 threshold,
        uint48 grace
    ) external returns (uint32 configVersion);

    /// @notice Makes a config count no more, from this transaction on, nor any root that was committed under it.
    /// @dev Only the oracle's owner. Reverts when the config never existed or was revoked before; one that no longer is live
    /// can still be revoked for the sake of its roots. A config before it that is still in its grace period goes on
    /// counting: to stop the oracle, revoke both.
    function revokeConfig(uint32 configVersion) external;

    // Views

    /// @notice Whether a request has its result.
    function isFulfilled(uint64 requestId) external view returns (bool);

    /// @notice What has become of a request.
    function outcomeOf(uint64 requestId) external view returns (Outcome);

    /// @notice The desk that keeps orders with a fee or a callback for this oracle ({IRequestDesk}). It never changes.
    function desk() external view returns (address);

    /// @notice Number of requests ever made; also the newest request id.
    function requestCount() external view returns (uint64);

    /// @notice The config that new reports should use; zero when there is none.
    function currentConfig() external view returns (uint32);

    /// @notice Reporters and threshold of a config, whether live or not.
    /// @dev Reverts when the config never existed.
    /// @return reporters Signing keys in index order.
    /// @return threshold Signatures needed.
    /// @return live Whether a report under this config counts now.
    function configOf(
        uint32 configVersion
    ) external view returns (address[] memory reporters, uint8 threshold, bool live);

    /// @notice Hash of a request's content, as results name it.
    function hashRequest(Request calldata request_) external pure returns (bytes32);

    /// @notice Hash of what was answered to a request, as it stands in the leaf of its result.
    function answerHash(bytes32 requestHash, bytes32 resultDigest, uint32 size) external pure returns (bytes32);

    /// @notice Leaf of a result with its delivery.
    function resultLeaf(Result calldata result, Delivery delivery) external pure returns (bytes32);

    /// @notice Leaf of an update.
    function updateLeaf(StateUpdate calldata update) external pure returns (bytes32);

    /// @notice The leaf of an update with traits, as reporters sign it.
    function traitUpdateLeaf(StateUpdate calldata update, TraitValue[] calldata traits) external pure returns (bytes32);

    /// @notice The EIP-712 digest that reporters sign, so that any signer can check what it signs.
    function previewDigest(Report calldata report) external view returns (bytes32);

    /// @notice Furthest that the deadline of a request or a report may lie ahead, and longest grace period: 7 days in
    /// seconds.
    function MAX_LIFETIME() external view returns (uint256);

    /// @notice Longest request input, in bytes: 16,384.
    function MAX_INPUT_BYTES() external view returns (uint256);
}
