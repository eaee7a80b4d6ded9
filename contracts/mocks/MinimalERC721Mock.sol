// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @dev A collection from before the standard was settled: it answers who owns a token, and nothing else.
contract MinimalERC721Mock {
    mapping(uint256 tokenId => address) private _owners;

    error MinimalERC721NotOwner();

    function give(address to, uint256 tokenId) external {
        address owner = _owners[tokenId];
        if (owner != address(0) && owner != msg.sender) revert MinimalERC721NotOwner();
        _owners[tokenId] = to;
    }

    function ownerOf(uint256 tokenId) external view returns (address) {
        return _owners[tokenId];
    }
}
