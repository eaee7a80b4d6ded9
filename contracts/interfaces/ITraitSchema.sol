// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {TraitDefinition} from "../types/Trait.sol";

/// @title Which traits tokens have, and which values
/// @notice An immutable schema in the terms of ERC-7496, kept on chain. Any number of collections may point at it; it
/// knows none of them, and nobody has any power over it.
interface ITraitSchema {
    /// @notice Thrown when a trait is not in the schema; the error that ERC-7496 demands.
    error TraitKeyUnknown(bytes32 traitKey);

    /// @notice Thrown when a number is out of its bounds; read all three as int256 when the trait is signed.
    error TraitSchemaOutOfBounds(bytes32 key, bytes32 value, bytes32 minimum, bytes32 maximum);

    /// @notice Thrown when a value is none that the trait may have.
    error TraitSchemaValueNotAllowed(bytes32 key, bytes32 value);

    /// @notice Thrown when a trait is not for the token's controller to set.
    error TraitSchemaNotEditable(bytes32 key);

    // Thrown by the constructor

    /// @notice Thrown when a schema has no trait.
    error TraitSchemaNoTraits();

    /// @notice Thrown when a schema has more traits than it may.
    error TraitSchemaTooManyTraits(uint256 count, uint256 maximum);

    /// @notice Thrown when a trait's key is zero.
    error TraitSchemaZeroKey(uint256 index);

    /// @notice Thrown when two traits have the same key.
    error TraitSchemaDuplicateKey(bytes32 key);

    /// @notice Thrown when two traits have the same display name.
    error TraitSchemaDuplicateName(bytes32 key, string name);

    /// @notice Thrown when a trait has no display name.
    error TraitSchemaNoName(bytes32 key);

    /// @notice Thrown when a display name or the text of a value is too long, in bytes.
    error TraitSchemaTextTooLong(bytes32 key, uint256 length, uint256 maximum);

    /// @notice Thrown when a display name or the text of a value is not UTF-8: no JSON could carry it.
    error TraitSchemaInvalidText(bytes32 key, bytes text);

    /// @notice Thrown when a trait sets a field that its data type does not use.
    error TraitSchemaUnusedField(bytes32 key);

    /// @notice Thrown when no number is within a trait's bounds.
    error TraitSchemaEmptyBounds(bytes32 key, bytes32 minimum, bytes32 maximum);

    /// @notice Thrown when a trait has more decimal places than can be shown.
    error TraitSchemaTooManyDecimals(bytes32 key, uint8 decimals, uint8 maximum);

    /// @notice Thrown when a trait of texts allows no value.
    error TraitSchemaNoValues(bytes32 key);

    /// @notice Thrown when a trait of texts allows more values than it may.
    error TraitSchemaTooManyValues(bytes32 key, uint256 count, uint256 maximum);

    /// @notice Thrown when a trait allows the same value twice.
    error TraitSchemaDuplicateValue(bytes32 key, bytes32 value);

    /// @notice Thrown when a trait has the same text for two values.
    error TraitSchemaDuplicateText(bytes32 key, string text);

    /// @notice Reverts unless a trait may have a value: a number within its bounds (both included), a value of its
    /// list, or 0 or 1 for a boolean.
    /// @dev Also reverts when the trait is unknown. Zero, what an unset trait reads as, is like any other value.
    function requireValid(bytes32 key, bytes32 value) external view;

    /// @notice Reverts unless the token's controller may set a trait.
    /// @dev Also reverts when the trait is unknown.
    function requireEditable(bytes32 key) external view;

    /// @notice Whether a trait is in the schema.
    function isTrait(bytes32 key) external view returns (bool);

    /// @notice The keys of all traits, 1 to 64, in the order in which they were defined.
    function traitKeys() external view returns (bytes32[] memory);

    /// @notice How a trait was defined.
    /// @dev Reverts when the trait is unknown.
    function traitOf(bytes32 key) external view returns (TraitDefinition memory);

    /// @notice The schema as the JSON of ERC-7496, in a `data:application/json;base64,` URI.
    /// @dev Every trait stands under its literal key. Zero maps to null where a trait of texts does not allow it, so
    /// that an unset trait is not shown. A view for reading, not for contracts.
    function metadataURI() external view returns (string memory);
}
