// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title Locking a token while its program is disputed
/// @notice The collection's arbiter locks and unlocks. A malicious arbiter can keep any program of the collection from
/// being changed, and any ERC-721 token of it from being moved, for as long as it likes, and nothing else. It is chosen
/// when the collection is opened and never changes; with no arbiter, nothing can ever be locked.
interface IAINFTDisputes {
    /// @notice Thrown when somebody other than the collection's arbiter locks or unlocks.
    error AINFTNotArbiter(address caller, address arbiter);

    /// @notice Thrown when a token already is as the arbiter wants it.
    error AINFTLockUnchanged(uint256 tokenId, bool locked);

    /// @notice Emitted when a dispute locks a program, and when it lets go. ERC-721 collections emit that of ERC-5192
    /// as well.
    event DisputeLock(uint256 indexed tokenId, bool locked);

    /// @notice Locks a token: no version, training record, update or other change of its program until it is unlocked,
    /// and no transfer or burn of an ERC-721 token. Editions of an ERC-1155 id still move: they are no part of its
    /// program. Approvals and timed use go on.
    /// @dev Only the arbiter. Reverts when the token is unknown, burned or already locked. A frozen program can be
    /// locked too, which keeps its token from being sold.
    function lock(uint256 tokenId) external;

    /// @notice Unlocks a token.
    /// @dev Only the arbiter. Reverts when the token is not locked.
    function unlock(uint256 tokenId) external;

    /// @notice Who may lock tokens of this collection; zero means nobody, for ever.
    function arbiter() external view returns (address);
}
