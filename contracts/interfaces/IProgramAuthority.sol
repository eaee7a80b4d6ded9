// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title Who may change a program
/// @notice The one question that contracts outside a collection ask before they obey somebody in a token's name.
interface IProgramAuthority {
    /// @notice Whether an account controls a token's program: its owner or somebody the owner approved (ERC-721), its
    /// curator (ERC-1155).
    /// @dev Never reverts; false for an unknown or burned token.
    function isController(uint256 tokenId, address account) external view returns (bool);
}
