// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {ERC721} from "solady/src/tokens/ERC721.sol";

/// @notice A peer in the gas table: Solady's ERC-721 as it comes, minted by the contract's owner.
contract SoladyERC721Mock is ERC721, Ownable {
    uint256 private _totalMinted;

    constructor(address owner) Ownable(owner) {}

    function mint(address to) external onlyOwner returns (uint256 tokenId) {
        tokenId = ++_totalMinted;
        _mint(to, tokenId);
    }

    function name() public pure override returns (string memory) {
        return "Peer";
    }

    function symbol() public pure override returns (string memory) {
        return "PEER";
    }

    function tokenURI(uint256) public pure override returns (string memory) {
        return "";
    }
}
