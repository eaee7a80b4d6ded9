// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Base64} from "@openzeppelin/contracts/utils/Base64.sol";
import {ITraitSchema} from "./interfaces/ITraitSchema.sol";
import {TraitJson} from "./libraries/TraitJson.sol";
import {Utf8} from "./libraries/Utf8.sol";
import {TraitDefinition, TraitType} from "./types/Trait.sol";

/// @title Immutable ERC-7496 schema on chain
/// @dev Everything is checked and stored by the constructor; nothing changes after it.
contract TraitSchema is ITraitSchema {
    uint256 private constant MAX_TRAITS = 64;
    uint256 private constant MAX_VALUES = 64;
    uint256 private constant MAX_NAME_BYTES = 64;
    uint256 private constant MAX_TEXT_BYTES = 256;
    uint8 private constant MAX_DECIMALS = 76;

    bytes32[] private _keys;
    mapping(bytes32 key => TraitDefinition) private _traits;
    mapping(bytes32 key => mapping(bytes32 value => bool)) private _allowed;

    /// @dev Names and texts that are taken, by their hash; texts within their trait, names under the key zero.
    mapping(bytes32 key => mapping(bytes32 textHash => bool)) private _taken;

    /// @param traits 1 to 64 definitions, as {TraitDefinition} says. Warning: all of them and this code together must
    /// stay within the 49152 bytes that a chain takes to create a contract (EIP-3860).
    constructor(TraitDefinition[] memory traits) {
        if (traits.length == 0) revert TraitSchemaNoTraits();
        if (traits.length > MAX_TRAITS) revert TraitSchemaTooManyTraits(traits.length, MAX_TRAITS);
        for (uint256 i = 0; i < traits.length; ++i) {
            TraitDefinition memory trait = traits[i];
            if (trait.key == 0) revert TraitSchemaZeroKey(i);
            if (isTrait(trait.key)) revert TraitSchemaDuplicateKey(trait.key);
            _takeName(trait);
            if (trait.dataType == TraitType.STRING) _takeTexts(trait);
            else if (trait.texts.length != 0) revert TraitSchemaUnusedField(trait.key);
            _checkBounds(trait);
            _keys.push(trait.key);
            _traits[trait.key] = trait;
        }
    }

    /// @inheritdoc ITraitSchema
    function requireValid(bytes32 key, bytes32 value) external view {
        TraitDefinition storage trait = _known(key);
        if (trait.dataType == TraitType.DECIMAL) {
            (bytes32 minimum, bytes32 maximum) = (trait.minimum, trait.maximum);
            bool inBounds = _isAtMost(minimum, value, trait.isSigned) && _isAtMost(value, maximum, trait.isSigned);
            if (!inBounds) revert TraitSchemaOutOfBounds(key, value, minimum, maximum);
        } else {
            bool allowed = trait.dataType == TraitType.BOOLEAN ? uint256(value) <= 1 : _allowed[key][value];
            if (!allowed) revert TraitSchemaValueNotAllowed(key, value);
        }
    }

    /// @inheritdoc ITraitSchema
    function requireEditable(bytes32 key) external view {
        if (!_known(key).controllerMayEdit) revert TraitSchemaNotEditable(key);
    }

    /// @inheritdoc ITraitSchema
    function traitKeys() external view returns (bytes32[] memory) {
        return _keys;
    }

    /// @inheritdoc ITraitSchema
    function traitOf(bytes32 key) external view returns (TraitDefinition memory) {
        return _known(key);
    }

    /// @inheritdoc ITraitSchema
    function metadataURI() external view returns (string memory) {
        string memory members;
        for (uint256 i = 0; i < _keys.length; ++i) {
            members = string.concat(members, i == 0 ? "" : ",", TraitJson.member(_traits[_keys[i]]));
        }
        // Single quotes, because JSON is full of double ones.
        // solhint-disable-next-line quotes
        string memory json = string.concat('{"traits":{', members, "}}");
        return string.concat("data:application/json;base64,", Base64.encode(bytes(json)));
    }

    /// @inheritdoc ITraitSchema
    function isTrait(bytes32 key) public view returns (bool) {
        return key != 0 && _traits[key].key == key;
    }

    function _takeName(TraitDefinition memory trait) private {
        if (bytes(trait.name).length == 0) revert TraitSchemaNoName(trait.key);
        _checkText(trait.key, trait.name, MAX_NAME_BYTES);
        if (!_take(0, trait.name)) revert TraitSchemaDuplicateName(trait.key, trait.name);
    }

    function _takeTexts(TraitDefinition memory trait) private {
        (bytes32 key, uint256 count) = (trait.key, trait.texts.length);
        if (count == 0) revert TraitSchemaNoValues(key);
        if (count > MAX_VALUES) revert TraitSchemaTooManyValues(key, count, MAX_VALUES);
        for (uint256 i = 0; i < count; ++i) {
            (bytes32 value, string memory text) = (trait.texts[i].value, trait.texts[i].text);
            _checkText(key, text, MAX_TEXT_BYTES);
            if (!_take(key, text)) revert TraitSchemaDuplicateText(key, text);
            if (_allowed[key][value]) revert TraitSchemaDuplicateValue(key, value);
            _allowed[key][value] = true;
        }
    }

    /// @dev Whether the text was free; it is taken from now on.
    function _take(bytes32 key, string memory text) private returns (bool free) {
        bytes32 textHash = keccak256(bytes(text));
        free = !_taken[key][textHash];
        _taken[key][textHash] = true;
    }

    function _known(bytes32 key) private view returns (TraitDefinition storage) {
        if (!isTrait(key)) revert TraitKeyUnknown(key);
        return _traits[key];
    }

    function _checkBounds(TraitDefinition memory trait) private pure {
        if (trait.dataType == TraitType.DECIMAL) {
            if (trait.decimals > MAX_DECIMALS) {
                revert TraitSchemaTooManyDecimals(trait.key, trait.decimals, MAX_DECIMALS);
            }
            if (!_isAtMost(trait.minimum, trait.maximum, trait.isSigned)) {
                revert TraitSchemaEmptyBounds(trait.key, trait.minimum, trait.maximum);
            }
        } else if ((trait.minimum | trait.maximum) != 0 || trait.isSigned || trait.decimals != 0) {
            revert TraitSchemaUnusedField(trait.key);
        }
    }

    function _checkText(bytes32 key, string memory text, uint256 maximum) private pure {
        uint256 length = bytes(text).length;
        if (length > maximum) revert TraitSchemaTextTooLong(key, length, maximum);
        if (!Utf8.isValid(bytes(text))) revert TraitSchemaInvalidText(key, bytes(text));
    }

    function _isAtMost(bytes32 left, bytes32 right, bool isSigned) private pure returns (bool) {
        return isSigned ? int256(uint256(left)) <= int256(uint256(right)) : left <= right;
    }
}
