// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title What happens to an AINFT, and why something is refused
/// @notice The events and errors of {IAINFT}, shared by the parts of its implementation.
interface IAINFTEvents {
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

    /// @notice Thrown when a token has as many versions as can be numbered: 2 ** 32 - 1.
    error AINFTTooManyVersions(uint256 tokenId);

    /// @notice Thrown when anything tries to change a frozen program.
    error AINFTFrozen(uint256 tokenId);

    /// @notice Thrown when a record names nobody.
    error AINFTEmptyContributor(uint256 tokenId);

    /// @notice Thrown when a record claims to have ended after the current block.
    error AINFTTrainingInFuture(uint64 trainedAt, uint256 blockTime);

    /// @notice Thrown when the named contributor did not sign this record at this place of this log.
    error AINFTInvalidConsent(uint256 tokenId, uint64 index, address contributor);

    /// @notice Thrown when somebody other than the collection's oracle applies an update.
    error AINFTNotOracle(address caller, address oracle);

    /// @notice Thrown when an update names another collection.
    error AINFTWrongCollection(address named);

    /// @notice Thrown when an update repeats or skips a sequence.
    error AINFTStaleSequence(uint256 tokenId, uint64 expected, uint64 actual);

    /// @notice Thrown when an update was computed by another version than the active one.
    error AINFTInactiveManifest(uint256 tokenId, bytes32 active, bytes32 actual);

    /// @notice Thrown when anything tries to change or move a token while a dispute locks it.
    error AINFTLocked(uint256 tokenId);

    /// @notice Thrown when a version that was retired would be made active, or when a program would change whose active
    /// version was retired and not replaced.
    error AINFTVersionRetired(uint256 tokenId, uint32 version);

    /// @notice Thrown when a batch is empty or longer than allowed.
    error AINFTBadBatchLength(uint256 length, uint256 maximum);

    /// @notice Thrown when a batch of records names more than one contributor.
    error AINFTMixedContributors(address first, address other);

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

    /// @notice Emitted when a program is frozen for ever, by its controller or by burning an ERC-721 token.
    event ProgramFrozen(uint256 indexed tokenId, address indexed actor);

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

    /// @notice Emitted when a signed update changes a token's state.
    event StateUpdated(
        uint256 indexed tokenId,
        address indexed actor,
        uint64 sequence,
        bytes32 inputDigest,
        bytes32 outputDigest,
        bytes32 stateDigest
    );

    /// @notice Emitted for every batch of records that were appended by their digests alone.
    event TrainingLeavesRecorded(
        uint256 indexed tokenId,
        uint64 indexed firstIndex,
        address indexed contributor,
        bytes32[] leaves
    );
}
