// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice How a trait's 32 bytes are read; the data types of ERC-7496 that AINFT uses.
enum TraitType {
    /// One of a list of values, each with a text.
    STRING,
    /// A whole number between two bounds, shown with a fixed number of decimal places.
    DECIMAL,
    /// 0 for false, 1 for true.
    BOOLEAN
}

/// @notice What a marketplace must check between an offer and its sale, as ERC-7496 names it: the trait must be equal
/// to, other than, below, at most, above or at least what it was. The numbers are compared as unsigned ones.
enum ValidateOnSale {
    NONE,
    REQUIRE_EQ,
    REQUIRE_NEQ,
    REQUIRE_UINT_LT,
    REQUIRE_UINT_LTE,
    REQUIRE_UINT_GT,
    REQUIRE_UINT_GTE
}

/// @notice One value that a STRING trait may have.
/// @param value The 32 bytes on chain: keccak-256 of the text, a short ASCII word, or whatever else is not in the list.
/// @param text What is shown for it: UTF-8, at most 256 bytes, not twice in the list.
struct TraitText {
    bytes32 value;
    string text;
}

/// @notice One trait of a schema. Fields that the data type does not use must be zero or empty.
/// @param key Identifies the trait on chain: keccak-256 of a name, or a short ASCII word; never zero.
/// @param minimum DECIMAL: lowest value allowed, as uint256 or int256.
/// @param maximum DECIMAL: highest value allowed, as uint256 or int256.
/// @param dataType How the value is read.
/// @param isSigned DECIMAL: whether the value is an int256.
/// @param decimals DECIMAL: decimal places shown, at most 76; with 2, the value 150 is shown as 1.50.
/// @param controllerMayEdit Whether the token's controller may set the trait; otherwise only signed updates do.
/// @param validateOnSale What a marketplace must check when the token is sold.
/// @param name Display name: UTF-8, 1 to 64 bytes, not twice in the schema.
/// @param texts STRING: the values allowed, 1 to 64.
struct TraitDefinition {
    bytes32 key;
    bytes32 minimum;
    bytes32 maximum;
    TraitType dataType;
    bool isSigned;
    uint8 decimals;
    bool controllerMayEdit;
    ValidateOnSale validateOnSale;
    string name;
    TraitText[] texts;
}

/// @notice A trait with the value it gets.
/// @param key The trait's key in the schema.
/// @param value Its 32 bytes, as the schema reads them.
struct TraitValue {
    bytes32 key;
    bytes32 value;
}
