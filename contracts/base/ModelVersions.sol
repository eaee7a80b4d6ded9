// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IAINFTLife} from "../interfaces/IAINFTLife.sol";
import {IERC4906Events} from "../interfaces/IERC4906Events.sol";
import {IProgramAuthority} from "../interfaces/IProgramAuthority.sol";
import {ProgramHeader} from "../types/ProgramHeader.sol";
import {ProgramStore} from "./ProgramStore.sol";

/// @title A token's list of versions, and which of them is active
abstract contract ModelVersions is IAINFTLife, ProgramStore, IERC4906Events {
    /// @inheritdoc IAINFTLife
    function publishManifest(uint256 tokenId, bytes32 manifestDigest) external returns (uint32 version) {
        (Program storage program, ProgramHeader header) = _changeVersionByController(tokenId);
        if (manifestDigest == 0) revert AINFTEmptyManifest(tokenId);
        if (header.versionCount() == type(uint32).max) revert AINFTTooManyVersions(tokenId);
        header = header.withNewVersion();
        version = header.versionCount();
        program.header = header;
        program.manifests[version] = manifestDigest;
        emit VersionPublished(tokenId, version, manifestDigest);
        emit MetadataUpdate(tokenId);
    }

    /// @inheritdoc IAINFTLife
    function activateVersion(uint256 tokenId, uint32 version, bytes32 reasonDigest) external {
        (Program storage program, ProgramHeader header) = _changeVersionByController(tokenId);
        uint32 previous = header.activeVersion();
        uint32 count = header.versionCount();
        if (version == 0 || version > count) revert AINFTUnknownVersion(tokenId, version, count);
        if (version == previous) revert AINFTVersionUnchanged(tokenId, version);
        if (header.hasRetired() && program.retired[version]) revert AINFTVersionRetired(tokenId, version);

        program.header = header.withActiveVersion(version);
        emit VersionActivated(tokenId, version, previous, reasonDigest, msg.sender);
        emit MetadataUpdate(tokenId);
    }

    /// @inheritdoc IAINFTLife
    function freeze(uint256 tokenId) external {
        (Program storage program, ProgramHeader header) = _changeByController(tokenId);
        program.header = header.withFrozen();
        emit ProgramFrozen(tokenId, msg.sender);
    }

    /// @inheritdoc IAINFTLife
    function activeVersion(uint256 tokenId) external view returns (uint32 version, bytes32 manifestDigest) {
        Program storage program = _knownProgram(tokenId);
        version = program.header.activeVersion();
        manifestDigest = program.manifests[version];
    }

    /// @inheritdoc IProgramAuthority
    function isController(uint256 tokenId, address account) external view returns (bool) {
        return _isController(tokenId, account);
    }

    /// @dev Writes the first version of a new token: the only slot a mint adds.
    function _createProgram(uint256 tokenId, bytes32 manifestDigest) internal {
        if (manifestDigest == 0) revert AINFTEmptyManifest(tokenId);
        _program(tokenId).manifests[1] = manifestDigest;
        emit VersionPublished(tokenId, 1, manifestDigest);
    }

    /// @dev The manifest the token runs. The caller has checked that the token exists.
    function _activeManifest(uint256 tokenId) internal view returns (bytes32) {
        Program storage program = _program(tokenId);
        return program.manifests[program.header.activeVersion()];
    }
}
