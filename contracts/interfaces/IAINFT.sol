// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ProgramView} from "../types/Program.sol";
import {StateUpdate} from "../types/StateUpdate.sol";
import {TrainingRecord} from "../types/TrainingRecord.sol";

/// @title AINFT: a program with an owner
/// @notice One interface for both token standards. A token points at a list of versions (manifest digests), keeps an
/// append-only log of training records, and holds the digest of a state that only a signed update can change.
/// @dev The controller of a program is the token's owner or somebody the owner approved. What a malicious controller
/// can do: publish any manifest, roll back, record training, freeze; and, by changing the version between an answer and its
/// update, keep that update from being applied and ask again. What they cannot do: remove or rewrite a version or a training
/// record, name a contributor other than themselves who did not sign, or write the state.
interface IAINFT {
    // Versions

    /// @notice Thrown when a token id was never minted.
    error AINFTUnknownToken(uint256 tokenId);

    /// @notice Thrown when the caller is neither the token's owner nor approved by them.
    error AINFTNotController(uint256 tokenId, address caller);

    /// @notice Thrown when a manifest digest is zero.
    error AINFTEmptyManifest(uint256 tokenId);

    /// @notice Thrown when an activation would leave the active version as it is.
    error AINFTVersionUnchanged(uint256 tokenId, uint32 version);

    /// @notice Thrown when a version number was never published for the token.
    /// @param versionCount The highest version number there is.
    error AINFTUnknownVersion(uint256 tokenId, uint32 version, uint32 versionCount);

    /// @notice Thrown when anything tries to change a frozen program.
    error AINFTFrozen(uint256 tokenId);

    /// @notice Emitted when a version is published; it becomes the active version in the same act.
    event VersionPublished(uint256 indexed tokenId, uint32 indexed version, bytes32 manifestDigest);

    /// @notice Emitted when another published version is made the active one (rollback or roll forward).
    event VersionActivated(
        uint256 indexed tokenId,
        uint32 indexed version,
        uint32 previousVersion,
        bytes32 reasonDigest,
        address indexed actor
    );

    /// @notice Emitted when a program is frozen for ever.
    event ProgramFrozen(uint256 indexed tokenId, address indexed actor);

    /// @notice Appends a version and makes it the active one.
    /// @dev Only the token's controller. Reverts when the token is unknown or frozen, or when the digest is zero. A digest
    /// may be published again: that is a new version with the old content.
    /// Warning: the digest is opaque to the contract. Check the manifest's bytes against it before trusting them.
    /// @param tokenId Token whose program changes.
    /// @param manifestDigest sha-256 of the manifest's RFC 8785 bytes.
    /// @return version Number of the new version, one more than the count before.
    function publishVersion(uint256 tokenId, bytes32 manifestDigest) external returns (uint32 version);

    /// @notice Makes an already published version the active one, as a recorded act.
    /// @dev Only the token's controller. Reverts when the token is unknown or frozen, or when the version was never
    /// published or is already active. No version is ever removed.
    /// @param tokenId Token whose program changes.
    /// @param version Version to run, from 1 to the version count.
    /// @param reasonDigest Digest of the document that says why; may be zero.
    function activateVersion(uint256 tokenId, uint32 version, bytes32 reasonDigest) external;

    /// @notice Stops every later change of the program: versions, training log and state, by anybody.
    /// @dev Only the token's controller; irrevocable. Reverts when the token is unknown or already frozen.
    /// Warning: there is no way back, not by vote either. The token itself stays transferable. Whoever is approved for the
    /// token, a marketplace too, may freeze it.
    /// @param tokenId Token to freeze.
    function freeze(uint256 tokenId) external;

    /// @notice What the program is right now.
    /// @dev Reverts when the token is unknown.
    function programOf(uint256 tokenId) external view returns (ProgramView memory);

    /// @notice The version the token runs, and its manifest digest.
    /// @dev Reverts when the token is unknown.
    function activeVersion(uint256 tokenId) external view returns (uint32 version, bytes32 manifestDigest);

    /// @notice The manifest digest of one version.
    /// @dev Reverts when the token or the version is unknown.
    function manifestOf(uint256 tokenId, uint32 version) external view returns (bytes32 manifestDigest);

    // Training log

    /// @notice Thrown when a record names nobody.
    error AINFTEmptyContributor(uint256 tokenId);

    /// @notice Thrown when a record claims to have ended after the current block.
    error AINFTTrainingInFuture(uint64 trainedAt, uint256 blockTime);

    /// @notice Thrown when the named contributor did not sign this record at this place of this log.
    error AINFTInvalidConsent(uint256 tokenId, uint64 index, address contributor);

    /// @notice Emitted for every record appended to a training log; the event is the only place that holds its fields.
    event TrainingRecorded(
        uint256 indexed tokenId,
        uint64 indexed index,
        address indexed contributor,
        bytes32 parentManifest,
        bytes32 childManifest,
        bytes32 datasetDigest,
        bytes32 codeDigest,
        bytes32 metricsDigest,
        uint64 trainedAt
    );

    /// @notice Appends one record to the token's training log.
    /// @dev Only the token's controller. The contributor consents by an EIP-712 `TrainingConsent` over token, index and
    /// record (ECDSA is tried first, then ERC-1271); a contributor who is the caller needs no signature. The index is
    /// part of what is signed, so a consent can be used once, and dies when another record takes its place. Warning: until
    /// then it does not expire, and a later owner can use it.
    /// Reverts when the token is unknown or frozen, when the contributor is zero or did not consent, or when
    /// `trainedAt` is in the future.
    /// @param tokenId Token that was trained.
    /// @param record The contribution.
    /// @param consent The contributor's signature: 65 bytes, 64 bytes (EIP-2098), or what their ERC-1271 wallet expects.
    /// @return index Position of the record in the log, from 0.
    function recordTraining(
        uint256 tokenId,
        TrainingRecord calldata record,
        bytes calldata consent
    ) external returns (uint64 index);

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
    /// @dev Never reverts on a bad proof; reverts when the token is unknown.
    /// @param record The record to prove.
    /// @param index Its position, from 0.
    /// @param proof Sibling hashes from the leaf up to its peak.
    function verifyTraining(
        uint256 tokenId,
        TrainingRecord calldata record,
        uint64 index,
        bytes32[] calldata proof
    ) external view returns (bool);

    /// @notice The EIP-712 digest that a contributor signs for a place in the log, so that any signer can check it.
    function trainingConsentDigest(
        uint256 tokenId,
        uint64 index,
        TrainingRecord calldata record
    ) external view returns (bytes32);

    // Signed state

    /// @notice Thrown when somebody other than the collection's oracle applies an update.
    error AINFTNotOracle(address caller, address oracle);

    /// @notice Thrown when an update names another collection.
    error AINFTWrongCollection(address named);

    /// @notice Thrown when an update repeats or skips a sequence.
    error AINFTStaleSequence(uint256 tokenId, uint64 expected, uint64 actual);

    /// @notice Thrown when an update was computed by another version than the active one.
    error AINFTInactiveManifest(uint256 tokenId, bytes32 active, bytes32 actual);

    /// @notice Emitted when a signed update changes a token's state.
    event StateUpdated(
        uint256 indexed tokenId,
        address indexed actor,
        uint64 sequence,
        bytes32 inputDigest,
        bytes32 outputDigest,
        bytes32 stateDigest
    );

    /// @notice Changes a token's state to what a quorum signed.
    /// @dev Only the collection's oracle. Reverts when the token is unknown or frozen, when the sequence is not the next
    /// one, or when the manifest is not the active version's. A malicious oracle could write any state digest of any
    /// token of the collection, and nothing else: no version, no training record, no ownership.
    /// @param update The change; its `collection` must be this contract.
    function applyUpdate(StateUpdate calldata update) external;

    /// @notice Digest of the token's state; zero until the first update.
    /// @dev Reverts when the token is unknown.
    function stateDigest(uint256 tokenId) external view returns (bytes32);
}
