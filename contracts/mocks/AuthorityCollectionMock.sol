// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IProgramAuthority} from "../interfaces/IProgramAuthority.sol";

/// @notice Pretends to be a collection of programs, as far as adapters ask: controllers and active manifests.
contract AuthorityCollectionMock is IProgramAuthority {
    error AINFTUnknownToken(uint256 tokenId);

    mapping(uint256 tokenId => mapping(address account => bool)) private _controllers;
    mapping(uint256 tokenId => bytes32[]) private _manifests;

    function setController(uint256 tokenId, address account, bool controls) external {
        _controllers[tokenId][account] = controls;
    }

    function publish(uint256 tokenId, bytes32 manifestDigest) external {
        _manifests[tokenId].push(manifestDigest);
    }

    function burn(uint256 tokenId) external {
        delete _manifests[tokenId];
    }

    function isController(uint256 tokenId, address account) external view returns (bool) {
        return _manifests[tokenId].length != 0 && _controllers[tokenId][account];
    }

    function activeVersion(uint256 tokenId) external view returns (uint32 version, bytes32 manifestDigest) {
        version = uint32(_manifests[tokenId].length);
        if (version == 0) revert AINFTUnknownToken(tokenId);
        manifestDigest = _manifests[tokenId][version - 1];
    }
}
