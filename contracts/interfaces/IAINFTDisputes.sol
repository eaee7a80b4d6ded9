// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title Locking a token while its program is disputed
/// @notice The collection's arbiter locks and unlocks. A malicious arbiter can keep any token of the collection from being
/// moved or changed for as long as it likes, and nothing else. It is chosen when the collection is opened and never changes;
/// with no arbiter, no token can ever be locked.
interface IAINFTDisputes {
    /// @notice Thrown when somebody other than the collection's arbiter locks or unlocks.
    error AINFTNotArbiter(address caller, address arbiter);

    /// @notice Thrown when a token already is as the arbiter wants it.
    error AINFTLockUnchanged(uint256 tokenId, bool locked);

    /// @notice Locks a token: no transfer, burn, version, training record or update until it is unlocked.
    /// @dev Only the arbiter. Reverts when the token is unknown, frozen, or already locked.
    function lock(uint256 tokenId) external;

    /// @notice Unlocks a token.
    /// @dev Only the arbiter. Reverts when the token is not locked.
    function unlock(uint256 tokenId) external;

    /// @notice Who may lock tokens of this collection; zero means nobody, for ever.
    function arbiter() external view returns (address);
}
