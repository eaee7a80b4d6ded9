// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";

/// @notice A peer in the gas table: OpenZeppelin's ERC-721 as it comes, minted by the contract's owner.
contract OpenZeppelinERC721Mock is ERC721("Peer", "PEER"), Ownable {
    uint256 private _totalMinted;

    constructor(address owner) Ownable(owner) {}

    function mint(address to) external onlyOwner returns (uint256 tokenId) {
        tokenId = ++_totalMinted;
        _mint(to, tokenId);
    }
}
