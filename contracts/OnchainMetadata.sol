// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Base64} from "@openzeppelin/contracts/utils/Base64.sol";
import {IAINFT} from "./interfaces/IAINFT.sol";
import {IMetadataRefresh} from "./interfaces/IMetadataRefresh.sol";
import {IMetadataRenderer} from "./interfaces/IMetadataRenderer.sol";
import {IOnchainMetadata, TokenText} from "./interfaces/IOnchainMetadata.sol";
import {IProgramAuthority} from "./interfaces/IProgramAuthority.sol";
import {ManifestURI} from "./libraries/ManifestURI.sol";
import {TokenJson} from "./libraries/TokenJson.sol";
import {Utf8} from "./libraries/Utf8.sol";
import {ProgramView} from "./types/Program.sol";

/// @title Renderer of metadata that is on chain in full
contract OnchainMetadata is IOnchainMetadata {
    /// @dev The digest of the text tells cheaply whether there is one, and whether another one differs.
    struct Entry {
        bytes32 digest;
        TokenText text;
    }

    uint256 private constant MAX_NAME_BYTES = 128;
    uint256 private constant MAX_DESCRIPTION_BYTES = 2048;
    uint256 private constant MAX_IMAGE_BYTES = 4096;
    uint256 private constant MAX_URL_BYTES = 1024;

    mapping(address collection => mapping(uint256 tokenId => Entry)) private _entries;

    /// @inheritdoc IOnchainMetadata
    function setText(address collection, uint256 tokenId, TokenText calldata text) external {
        _requireChangeable(collection, tokenId);
        if (bytes(text.name).length == 0) revert OnchainMetadataNoName();
        _checkField("name", text.name, MAX_NAME_BYTES);
        _checkField("description", text.description, MAX_DESCRIPTION_BYTES);
        _checkField("image", text.image, MAX_IMAGE_BYTES);
        _checkField("externalUrl", text.externalUrl, MAX_URL_BYTES);
        Entry storage entry = _entries[collection][tokenId];
        bytes32 digest = keccak256(abi.encode(text));
        if (digest == entry.digest) revert OnchainMetadataUnchanged(collection, tokenId);

        entry.digest = digest;
        entry.text = text;
        emit TokenTextChanged(collection, tokenId, msg.sender);
        IMetadataRefresh(collection).refreshMetadata(tokenId);
    }

    /// @inheritdoc IOnchainMetadata
    function clearText(address collection, uint256 tokenId) external {
        _requireChangeable(collection, tokenId);
        if (_entries[collection][tokenId].digest == 0) revert OnchainMetadataUnchanged(collection, tokenId);

        delete _entries[collection][tokenId];
        emit TokenTextCleared(collection, tokenId, msg.sender);
        IMetadataRefresh(collection).refreshMetadata(tokenId);
    }

    /// @inheritdoc IOnchainMetadata
    function textOf(address collection, uint256 tokenId) external view returns (TokenText memory) {
        return _entries[collection][tokenId].text;
    }

    /// @inheritdoc IMetadataRenderer
    function tokenURI(address collection, uint256 tokenId) external view returns (string memory) {
        ProgramView memory program = IAINFT(collection).programOf(tokenId);
        string memory manifest = ManifestURI.fromDigest(program.activeManifest);
        Entry storage entry = _entries[collection][tokenId];
        if (entry.digest == 0) return manifest;
        string memory json = TokenJson.document(entry.text, program, manifest);
        return string.concat("data:application/json;base64,", Base64.encode(bytes(json)));
    }

    function _requireChangeable(address collection, uint256 tokenId) private view {
        if (!IProgramAuthority(collection).isController(tokenId, msg.sender)) {
            revert OnchainMetadataNotController(collection, tokenId, msg.sender);
        }
        ProgramView memory program = IAINFT(collection).programOf(tokenId);
        if (program.frozen || program.locked) revert OnchainMetadataFrozen(collection, tokenId);
    }

    function _checkField(string memory field, string memory text, uint256 maximum) private pure {
        uint256 length = bytes(text).length;
        if (length > maximum) revert OnchainMetadataTooLong(field, length, maximum);
        if (!Utf8.isValid(bytes(text))) revert OnchainMetadataInvalidText(field);
    }
}
