// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Ownable2StepUpgradeable} from "@openzeppelin/contracts-upgradeable/access/Ownable2StepUpgradeable.sol";
import {IAINFTTraits} from "../interfaces/IAINFTTraits.sol";
import {IERC7496} from "../interfaces/IERC7496.sol";
import {ITraitSchema} from "../interfaces/ITraitSchema.sol";
import {ProgramHeader} from "../types/ProgramHeader.sol";
import {StateUpdate} from "../types/StateUpdate.sol";
import {TraitValue} from "../types/Trait.sol";
import {CollectionStore} from "./CollectionStore.sol";
import {StateChange} from "./StateChange.sol";

/// @title Dynamic traits under a schema
abstract contract Traits is IAINFTTraits, Ownable2StepUpgradeable, StateChange, CollectionStore {
    /// @inheritdoc IAINFTTraits
    function setTraitSchema(address schema) external onlyOwner {
        CollectionStorage storage $ = _collection();
        if ($.traitSchema != address(0)) revert AINFTTraitSchemaFixed($.traitSchema);
        if (schema.code.length == 0) revert AINFTNoTraitSchema(schema);
        if (ITraitSchema(schema).traitKeys().length == 0) revert AINFTNoTraitSchema(schema);
        $.traitSchema = schema;
        emit TraitMetadataURIUpdated();
    }

    /// @inheritdoc IERC7496
    function setTrait(uint256 tokenId, bytes32 traitKey, bytes32 newValue) external {
        (Program storage program, ProgramHeader header) = _changeByController(tokenId);
        _schemaFor(traitKey).requireEditable(traitKey);
        if (!_setTrait(tokenId, traitKey, newValue)) revert AINFTTraitUnchanged(tokenId, traitKey, newValue);
        program.header = header;
    }

    /// @inheritdoc IAINFTTraits
    function applySignedStateWithTraits(StateUpdate calldata update, TraitValue[] calldata traits) external {
        _applySignedState(update);
        for (uint256 i = 0; i < traits.length; ++i) _setTrait(update.tokenId, traits[i].key, traits[i].value);
    }

    /// @inheritdoc IAINFTTraits
    function traitSchema() external view returns (address schema) {
        return _collection().traitSchema;
    }

    /// @inheritdoc IERC7496
    function getTraitMetadataURI() external view returns (string memory uri) {
        address schema = _collection().traitSchema;
        return schema == address(0) ? "" : ITraitSchema(schema).metadataURI();
    }

    /// @inheritdoc IERC7496
    function getTraitValues(
        uint256 tokenId,
        bytes32[] calldata traitKeys
    ) external view returns (bytes32[] memory traitValues) {
        traitValues = new bytes32[](traitKeys.length);
        for (uint256 i = 0; i < traitKeys.length; ++i) traitValues[i] = getTraitValue(tokenId, traitKeys[i]);
    }

    /// @inheritdoc IERC7496
    function getTraitValue(uint256 tokenId, bytes32 traitKey) public view returns (bytes32 traitValue) {
        _knownProgram(tokenId);
        if (!_schemaFor(traitKey).isTrait(traitKey)) revert TraitKeyUnknown(traitKey);
        return _collection().traits[tokenId][traitKey];
    }

    /// @dev False when the trait has the value already. Reverts when the schema refuses it.
    function _setTrait(uint256 tokenId, bytes32 traitKey, bytes32 value) private returns (bool changed) {
        _schemaFor(traitKey).requireValid(traitKey, value);
        mapping(bytes32 traitKey => bytes32) storage traits = _collection().traits[tokenId];
        if (traits[traitKey] == value) return false;
        traits[traitKey] = value;
        emit TraitUpdated(traitKey, tokenId, value);
        return true;
    }

    /// @dev Without a schema every key is unknown.
    function _schemaFor(bytes32 traitKey) private view returns (ITraitSchema) {
        address schema = _collection().traitSchema;
        if (schema == address(0)) revert TraitKeyUnknown(traitKey);
        return ITraitSchema(schema);
    }
}
