// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Ownable2StepUpgradeable} from "@openzeppelin/contracts-upgradeable/access/Ownable2StepUpgradeable.sol";
import {ERC721Upgradeable} from "@openzeppelin/contracts-upgradeable/token/ERC721/ERC721Upgradeable.sol";

/// @notice The yardstick for a mint: an OpenZeppelin ERC-721 of the same shape (clone, owner, counter) and nothing
/// more.
contract BareERC721Mock is ERC721Upgradeable, Ownable2StepUpgradeable {
    uint256 private _totalMinted;

    function initialize(string calldata name, string calldata symbol, address owner) external initializer {
        __ERC721_init(name, symbol);
        __Ownable_init(owner);
    }

    function mint(address to) external onlyOwner returns (uint256 tokenId) {
        tokenId = ++_totalMinted;
        _mint(to, tokenId);
    }
}
