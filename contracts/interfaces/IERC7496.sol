// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title ERC-7496: dynamic traits
/// @notice Values of 32 bytes under keys of 32 bytes, which contracts can read. Its ERC-165 id is 0xaf332f3e.
interface IERC7496 {
    /// @notice Thrown when a key is not in the schema.
    error TraitKeyUnknown(bytes32 traitKey);

    /// @notice Emitted when a trait of one token changes.
    event TraitUpdated(bytes32 indexed traitKey, uint256 tokenId, bytes32 traitValue);

    /// @notice Emitted when the metadata of the traits changes: names, types, values.
    event TraitMetadataURIUpdated();

    /// @notice Sets a trait that its schema leaves to the token's controller.
    /// @dev Reverts for every other trait, caller and value.
    function setTrait(uint256 tokenId, bytes32 traitKey, bytes32 newValue) external;

    /// @notice The value of a trait; zero while it was never set.
    /// @dev Reverts when the token or the key is unknown.
    function getTraitValue(uint256 tokenId, bytes32 traitKey) external view returns (bytes32 traitValue);

    /// @notice The values of several traits, in the order of their keys.
    /// @dev Reverts when the token or a key is unknown.
    function getTraitValues(
        uint256 tokenId,
        bytes32[] calldata traitKeys
    ) external view returns (bytes32[] memory traitValues);

    /// @notice Where the metadata of the traits is, as the JSON that ERC-7496 describes; empty without a schema.
    function getTraitMetadataURI() external view returns (string memory uri);
}
