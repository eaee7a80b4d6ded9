// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title ERC-5192: whether a token is locked
/// @notice A locked token cannot be transferred. ERC-165 id: 0xb45a3c0e.
interface IERC5192 {
    /// @notice Emitted when a token is locked.
    event Locked(uint256 tokenId);

    /// @notice Emitted when a token is free again.
    event Unlocked(uint256 tokenId);

    /// @notice Whether a token is locked.
    /// @dev Reverts for tokens that nobody owns.
    function locked(uint256 tokenId) external view returns (bool);
}
