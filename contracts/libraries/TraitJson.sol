// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Strings} from "@openzeppelin/contracts/utils/Strings.sol";
import {SignedMath} from "@openzeppelin/contracts/utils/math/SignedMath.sol";
import {TraitDefinition, TraitText, TraitType, ValidateOnSale} from "../types/Trait.sol";

// JSON is full of double quotes: single ones around it keep it readable.
// solhint-disable quotes

/// @title Writes a trait as the JSON of ERC-7496
library TraitJson {
    using Strings for string;
    using Strings for uint256;

    /// @dev One member of the `traits` object. The key is the literal one, which no display name can collide with.
    function member(TraitDefinition memory trait) internal pure returns (string memory) {
        return
            string.concat(
                _hexName(trait.key),
                '{"displayName":"',
                trait.name.escapeJSON(),
                '","dataType":',
                _dataType(trait),
                ',"validateOnSale":"',
                _saleRule(trait.validateOnSale),
                '","tokenOwnerCanUpdateValue":',
                _boolean(trait.controllerMayEdit),
                "}"
            );
    }

    function _dataType(TraitDefinition memory trait) private pure returns (string memory) {
        if (trait.dataType == TraitType.BOOLEAN) return '{"type":"boolean"}';
        if (trait.dataType == TraitType.STRING) {
            return string.concat('{"type":"string","valueMappings":{', _mappings(trait.texts), "}}");
        }
        return
            string.concat(
                '{"type":"decimal","signed":',
                _boolean(trait.isSigned),
                ',"decimals":',
                uint256(trait.decimals).toString(),
                ',"minValue":',
                _decimal(trait.minimum, trait),
                ',"maxValue":',
                _decimal(trait.maximum, trait),
                "}"
            );
    }

    function _mappings(TraitText[] memory texts) private pure returns (string memory json) {
        bool allowsZero = false;
        for (uint256 i = 0; i < texts.length; ++i) {
            string memory separator = i == 0 ? "" : ",";
            json = string.concat(json, separator, _hexName(texts[i].value), '"', texts[i].text.escapeJSON(), '"');
            allowsZero = allowsZero || texts[i].value == 0;
        }
        if (!allowsZero) json = string.concat(json, ",", _hexName(0), "null");
    }

    /// @dev A number with the trait's decimal places. Its largest power of ten, doubled, fits: there are at most 76
    /// places.
    function _decimal(bytes32 value, TraitDefinition memory trait) private pure returns (string memory text) {
        bool negative = trait.isSigned && int256(uint256(value)) < 0;
        uint256 size = negative ? SignedMath.abs(int256(uint256(value))) : uint256(value);
        uint256 unit = 10 ** trait.decimals;
        text = string.concat(negative ? "-" : "", (size / unit).toString());
        if (trait.decimals == 0) return text;
        // The added unit keeps the zeros in front of the places, and its digit gives way to the point.
        bytes memory places = bytes(((size % unit) + unit).toString());
        places[0] = ".";
        return string.concat(text, string(places));
    }

    function _saleRule(ValidateOnSale rule) private pure returns (string memory) {
        if (rule == ValidateOnSale.REQUIRE_EQ) return "requireEq";
        if (rule == ValidateOnSale.REQUIRE_NEQ) return "requireNeq";
        if (rule == ValidateOnSale.REQUIRE_UINT_LT) return "requireUintLt";
        if (rule == ValidateOnSale.REQUIRE_UINT_LTE) return "requireUintLte";
        if (rule == ValidateOnSale.REQUIRE_UINT_GT) return "requireUintGt";
        if (rule == ValidateOnSale.REQUIRE_UINT_GTE) return "requireUintGte";
        return "none";
    }

    function _boolean(bool value) private pure returns (string memory) {
        return value ? "true" : "false";
    }

    function _hexName(bytes32 value) private pure returns (string memory) {
        return string.concat('"', uint256(value).toHexString(32), '":');
    }
}
