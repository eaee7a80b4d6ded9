// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title Hears from its renderer that a token's metadata changed
/// @notice Implemented by collections, since wallets look for `MetadataUpdate` of ERC-4906 at the token's contract.
interface IMetadataRefresh {
    /// @notice Emits `MetadataUpdate` for a token, once.
    /// @dev Only the collection's renderer; reverts for everybody else. A malicious renderer could emit the event at
    /// will and make indexers read metadata that did not change.
    /// @param tokenId The token whose metadata changed.
    function refreshMetadata(uint256 tokenId) external;
}
