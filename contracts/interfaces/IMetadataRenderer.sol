// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title Tells a collection's metadata
/// @notice A collection may point at a renderer and hand every question for a token's metadata on to it.
/// @dev A malicious renderer could show anything for every token of a collection that points at it, and nothing else:
/// it writes nothing there.
interface IMetadataRenderer {
    /// @notice Metadata URI of a token, for `tokenURI` of ERC-721 and `uri` of ERC-1155.
    /// @dev Anybody may ask. Reverts when the collection does not know the token.
    /// @param collection Collection that the token belongs to.
    /// @param tokenId The token.
    function tokenURI(address collection, uint256 tokenId) external view returns (string memory);
}
