// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title The events of ERC-4906, without the ERC-721 functions that its interface inherits
/// @notice Shared by both token standards. The ERC-165 id of ERC-4906 is the constant 0x49064906.
interface IERC4906Events {
    /// @notice Emitted once per change of the active version, which a token's metadata follows.
    event MetadataUpdate(uint256 _tokenId);

    /// @notice Emitted when the metadata of a range of tokens changes.
    event BatchMetadataUpdate(uint256 _fromTokenId, uint256 _toTokenId);
}
