// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title Locking a token while its program is disputed, and retiring a version
/// @notice The collection's arbiter locks, retires and unlocks. A malicious arbiter can keep any program of the
/// collection from being changed, and any ERC-721 token of it from being moved, for as long as it likes; and it can
/// retire versions, and so choose which of the published ones is active, or that none may run until the token's
/// controller publishes another. It can publish nothing, remove nothing, and change nothing of a frozen program. It is
/// chosen when the collection is opened and never changes; with no arbiter, nothing can ever be locked or retired.
interface IAINFTDisputes {
    /// @notice Thrown when somebody other than the collection's arbiter locks, retires or unlocks.
    error AINFTNotArbiter(address caller, address arbiter);

    /// @notice Thrown when a token already is as the arbiter wants it.
    error AINFTLockUnchanged(uint256 tokenId, bool locked);

    /// @notice Thrown when a version of a token would be retired that no dispute locks.
    error AINFTNotLocked(uint256 tokenId);

    /// @notice Thrown when another version would take the place of one that is not active.
    error AINFTNeedsNoFallback(uint256 tokenId, uint32 version, uint32 fallbackVersion);

    /// @notice Emitted when a dispute locks a program, and when it lets go. ERC-721 collections emit that of ERC-5192
    /// as well.
    event DisputeLock(uint256 indexed tokenId, bool locked);

    /// @notice Emitted when a version is retired: it never becomes active again.
    /// @param fallbackVersion The version that took its place; zero when it was not active, or nothing took its place.
    event VersionRetired(uint256 indexed tokenId, uint32 indexed version, uint32 fallbackVersion, bytes32 reasonDigest);

    /// @notice Locks a token: no version, training record, update or other change of its program until it is unlocked,
    /// and no transfer or burn of an ERC-721 token. Editions of an ERC-1155 id still move: they are no part of its
    /// program. Approvals and timed use go on.
    /// @dev Only the arbiter. Reverts when the token is unknown, burned or already locked. A frozen program can be
    /// locked too, which keeps its token from being sold.
    function lock(uint256 tokenId) external;

    /// @notice Unlocks a token.
    /// @dev Only the arbiter. Reverts when the token is not locked.
    function unlock(uint256 tokenId) external;

    /// @notice Retires one version of a locked token, for ever: it keeps its number and its manifest, and never becomes
    /// active again. When it is the active one, another takes its place in the same act; without one the program is
    /// suspended: the retired version is still named as the active one, but nobody may ask it, and nothing of the
    /// program changes until its controller publishes or activates another version.
    /// @dev Only the arbiter. Reverts when the token is unknown, not locked or frozen; when the version was never
    /// published or is retired already; when the fallback was never published or is retired; and when there is a
    /// fallback for a version that is not active.
    /// Warning: it retires a number, not a manifest. The controller can publish the same manifest as a new version, in
    /// the open, and that one must be disputed anew.
    /// @param tokenId Token whose version it is.
    /// @param version A published version.
    /// @param fallbackVersion The version to run instead; zero for none.
    /// @param reasonDigest Digest of the document that says why; may be zero.
    function retireVersion(uint256 tokenId, uint32 version, uint32 fallbackVersion, bytes32 reasonDigest) external;

    /// @notice Whether a version was retired; false for one that was never published.
    /// @dev Reverts when the token is unknown.
    function isRetired(uint256 tokenId, uint32 version) external view returns (bool);

    /// @notice Who may lock tokens of this collection; zero means nobody, for ever.
    function arbiter() external view returns (address);
}
