// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {ERC721A} from "erc721a/contracts/ERC721A.sol";

/// @notice A peer in the gas table: ERC721A as it comes, minted by the contract's owner. It counts its tokens itself.
contract ERC721AMock is ERC721A("Peer", "PEER"), Ownable {
    constructor(address owner) Ownable(owner) {}

    function mint(address to) external onlyOwner {
        _mint(to, 1);
    }

    function mintBatch(address to, uint256 count) external onlyOwner {
        _mint(to, count);
    }

    function _startTokenId() internal pure override returns (uint256) {
        return 1;
    }
}
