// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IProgramAccess} from "../interfaces/IProgramAccess.sol";
import {ProgramHeader} from "../types/ProgramHeader.sol";
import {ProgramStore} from "./ProgramStore.sol";

/// @title Keeping a program for its holders
abstract contract ProgramAccess is IProgramAccess, ProgramStore {
    /// @inheritdoc IProgramAccess
    function setHoldersOnly(uint256 tokenId, bool holdersOnly) external {
        (Program storage program, ProgramHeader header) = _changeByController(tokenId);
        if (header.isHoldersOnly() == holdersOnly) revert AINFTAccessUnchanged(tokenId, holdersOnly);
        program.header = header.withHoldersOnly(holdersOnly);
        emit AccessChanged(tokenId, holdersOnly);
    }

    /// @inheritdoc IProgramAccess
    function isHoldersOnly(uint256 tokenId) external view returns (bool) {
        return _knownProgram(tokenId).header.isHoldersOnly();
    }

    /// @inheritdoc IProgramAccess
    function mayAsk(uint256 tokenId, address account) external view returns (bool) {
        Program storage program = _program(tokenId);
        if (program.manifests[1] == 0 || program.header.isSuspended()) return false;
        return !program.header.isHoldersOnly() || _isHolder(tokenId, account);
    }

    /// @dev Whether an account holds a known token in the sense of {IProgramAccess}. Never reverts.
    function _isHolder(uint256 tokenId, address account) internal view virtual returns (bool);
}
