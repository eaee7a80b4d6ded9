// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IAINFTDisputes} from "../interfaces/IAINFTDisputes.sol";
import {IERC4906Events} from "../interfaces/IERC4906Events.sol";
import {ProgramHeader} from "../types/ProgramHeader.sol";
import {CollectionStore} from "./CollectionStore.sol";
import {ProgramStore} from "./ProgramStore.sol";

/// @title Locking a program while it is disputed, and retiring a version
abstract contract Disputes is IAINFTDisputes, ProgramStore, CollectionStore {
    /// @inheritdoc IAINFTDisputes
    function lock(uint256 tokenId) external {
        _checkArbiter();
        Program storage program = _knownProgram(tokenId);
        if (program.header.isLocked()) revert AINFTLockUnchanged(tokenId, true);
        _setLock(tokenId, program, true);
    }

    /// @inheritdoc IAINFTDisputes
    function unlock(uint256 tokenId) external {
        _checkArbiter();
        Program storage program = _program(tokenId);
        if (!program.header.isLocked()) revert AINFTLockUnchanged(tokenId, false);
        _setLock(tokenId, program, false);
    }

    /// @inheritdoc IAINFTDisputes
    function retireVersion(uint256 tokenId, uint32 version, uint32 fallbackVersion, bytes32 reasonDigest) external {
        _checkArbiter();
        Program storage program = _knownProgram(tokenId);
        ProgramHeader header = program.header.withTime(block.timestamp);
        if (!header.isLocked()) revert AINFTNotLocked(tokenId);
        if (header.isFrozen()) revert AINFTFrozen(tokenId);
        _checkUsable(tokenId, program, version);
        program.retired[version] = true; // before the fallback is looked at, which must be another version
        emit VersionRetired(tokenId, version, fallbackVersion, reasonDigest);

        if (version != header.activeVersion()) {
            if (fallbackVersion != 0) revert AINFTNeedsNoFallback(tokenId, version, fallbackVersion);
        } else if (fallbackVersion == 0) {
            header = header.withSuspension(true);
        } else {
            _checkUsable(tokenId, program, fallbackVersion);
            header = header.withActiveVersion(fallbackVersion);
            emit VersionActivated(tokenId, fallbackVersion, version, reasonDigest, msg.sender);
            emit IERC4906Events.MetadataUpdate(tokenId);
        }
        program.header = header.withRetired();
    }

    /// @inheritdoc IAINFTDisputes
    function isRetired(uint256 tokenId, uint32 version) external view returns (bool) {
        return _knownProgram(tokenId).retired[version];
    }

    /// @inheritdoc IAINFTDisputes
    function arbiter() external view returns (address) {
        return _collection().arbiter;
    }

    /// @dev A frozen program can be locked too: it stays as it is, but its token must not be sold meanwhile.
    function _setLock(uint256 tokenId, Program storage program, bool locked) internal virtual {
        program.header = program.header.withLock(locked);
        emit DisputeLock(tokenId, locked);
    }

    /// @dev Reverts unless the version was published and not retired.
    function _checkUsable(uint256 tokenId, Program storage program, uint32 version) private view {
        if (program.manifests[version] == 0) {
            revert AINFTUnknownVersion(tokenId, version, program.header.versionCount());
        }
        if (program.retired[version]) revert AINFTVersionRetired(tokenId, version);
    }

    function _checkArbiter() private view {
        address arbiter_ = _collection().arbiter;
        if (msg.sender != arbiter_) revert AINFTNotArbiter(msg.sender, arbiter_);
    }
}
