// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IAINFTEvents} from "../interfaces/IAINFTEvents.sol";
import {ProgramHeader} from "../types/ProgramHeader.sol";

/// @title Storage of programs, and the two questions every feature asks: may the caller, and may it still change
/// @dev A fresh token costs one slot: the first manifest. The header stays zero until the first change, so it counts
/// versions after the first and holds the active version as an offset from the first.
abstract contract ProgramStore is IAINFTEvents {
    struct Program {
        ProgramHeader header;
        bytes32 stateDigest;
        mapping(uint256 version => bytes32 manifestDigest) manifests;
        mapping(uint256 height => bytes32 peak) peaks;
        mapping(uint256 version => bool) retired;
    }

    /// @custom:storage-location erc7201:ainft.storage.Programs
    struct ProgramsStorage {
        mapping(uint256 tokenId => Program) programs;
    }

    // keccak256(abi.encode(uint256(keccak256("ainft.storage.Programs")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant PROGRAMS_STORAGE = 0xa0fda14439ade29d1ec5aa923c52bd3a96eea02849ad2cc1a3536d7a1b1dd500;

    /// @dev Whether an account controls the token: owner or approved for ERC-721, curator for ERC-1155. Never reverts.
    function _isController(uint256 tokenId, address account) internal view virtual returns (bool);

    /// @dev Reverts unless the caller controls the token.
    function _checkController(uint256 tokenId) internal view {
        if (_isController(tokenId, msg.sender)) return;
        _knownProgram(tokenId);
        revert AINFTNotController(tokenId, msg.sender);
    }

    /// @dev The program of a token, without asking whether it exists.
    function _program(uint256 tokenId) internal view returns (Program storage) {
        ProgramsStorage storage $;
        assembly ("memory-safe") {
            $.slot := PROGRAMS_STORAGE
        }
        return $.programs[tokenId];
    }

    /// @dev The program of a token that was minted: every program has a first manifest, and it is never zero.
    function _knownProgram(uint256 tokenId) internal view returns (Program storage program) {
        program = _program(tokenId);
        if (program.manifests[1] == 0) revert AINFTUnknownToken(tokenId);
    }

    /// @dev The program and its header, for a change by the token's controller, who must be the caller.
    function _changeByController(
        uint256 tokenId
    ) internal view returns (Program storage program, ProgramHeader header) {
        _checkController(tokenId);
        program = _program(tokenId);
        header = _changeable(tokenId, program);
    }

    /// @dev The same for a change of the active version, which a suspended program waits for and which ends its
    /// suspension.
    function _changeVersionByController(
        uint256 tokenId
    ) internal view returns (Program storage program, ProgramHeader header) {
        _checkController(tokenId);
        program = _program(tokenId);
        header = program.header.withTime(block.timestamp);
        if (header.isStopped()) {
            header = header.withSuspension(false);
            if (header.isStopped()) _refuse(tokenId, header);
        }
    }

    /// @dev The header of a program that is neither frozen, locked nor suspended, with the time of the change set.
    function _changeable(uint256 tokenId, Program storage program) internal view returns (ProgramHeader header) {
        header = program.header.withTime(block.timestamp);
        if (header.isStopped()) _refuse(tokenId, header);
    }

    function _refuse(uint256 tokenId, ProgramHeader header) private pure {
        if (header.isFrozen()) revert AINFTFrozen(tokenId);
        if (header.isLocked()) revert AINFTLocked(tokenId);
        revert AINFTVersionRetired(tokenId, header.activeVersion());
    }
}
