// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IAINFTDisputes} from "../interfaces/IAINFTDisputes.sol";
import {CollectionStore} from "./CollectionStore.sol";
import {ProgramStore} from "./ProgramStore.sol";

/// @title Locking a program while it is disputed
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
    function arbiter() external view returns (address) {
        return _collection().arbiter;
    }

    /// @dev A frozen program can be locked too: it stays as it is, but its token must not be sold meanwhile.
    function _setLock(uint256 tokenId, Program storage program, bool locked) internal virtual {
        program.header = program.header.withLock(locked);
        emit DisputeLock(tokenId, locked);
    }

    function _checkArbiter() private view {
        address arbiter_ = _collection().arbiter;
        if (msg.sender != arbiter_) revert AINFTNotArbiter(msg.sender, arbiter_);
    }
}
