// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IAINFTEvents} from "../interfaces/IAINFTEvents.sol";
import {IERC4906Events} from "../interfaces/IERC4906Events.sol";
import {IMetadataRefresh} from "../interfaces/IMetadataRefresh.sol";
import {IProgramAuthority} from "../interfaces/IProgramAuthority.sol";
import {ProgramView} from "../types/Program.sol";

/// @notice Pretends to be a collection of either token standard whose programs and controllers the test chooses.
contract AuthorityMock is IProgramAuthority, IMetadataRefresh, IERC4906Events {
    error AuthorityMockNotRenderer(address caller);

    address private immutable _renderer;
    mapping(uint256 tokenId => address) private _controllers;
    mapping(uint256 tokenId => ProgramView) private _programs;

    constructor(address renderer) {
        _renderer = renderer;
    }

    function setProgram(uint256 tokenId, address controller, ProgramView calldata program) external {
        _controllers[tokenId] = controller;
        _programs[tokenId] = program;
    }

    /// @inheritdoc IMetadataRefresh
    function refreshMetadata(uint256 tokenId) external {
        if (msg.sender != _renderer) revert AuthorityMockNotRenderer(msg.sender);
        emit MetadataUpdate(tokenId);
    }

    /// @inheritdoc IProgramAuthority
    function isController(uint256 tokenId, address account) external view returns (bool) {
        return _programs[tokenId].activeManifest != 0 && account == _controllers[tokenId];
    }

    function programOf(uint256 tokenId) external view returns (ProgramView memory program) {
        program = _programs[tokenId];
        if (program.activeManifest == 0) revert IAINFTEvents.AINFTUnknownToken(tokenId);
    }
}
