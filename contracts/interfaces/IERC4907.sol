// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title ERC-4907: the use of a token, given for a time
/// @notice The user of a token may use it but not sell it. ERC-165 id: 0xad092b5c.
interface IERC4907 {
    /// @notice Emitted when the user or the end of their use changes; zero means that nobody uses the token.
    event UpdateUser(uint256 indexed tokenId, address indexed user, uint64 expires);

    /// @notice Gives the use of a token to somebody until a time.
    /// @dev Only the token's controller; replaces the user before. Ends when the token is transferred or burned.
    /// @param user Who may use it; zero takes the use back, whatever the time.
    /// @param expires Unix seconds; the last moment at which `user` uses the token.
    function setUser(uint256 tokenId, address user, uint64 expires) external;

    /// @notice Who uses the token now; zero when nobody does.
    function userOf(uint256 tokenId) external view returns (address);

    /// @notice Unix seconds at which the use that was last given ends.
    function userExpires(uint256 tokenId) external view returns (uint256);
}
