// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Ownable2StepUpgradeable} from "@openzeppelin/contracts-upgradeable/access/Ownable2StepUpgradeable.sol";
import {ERC1155Upgradeable} from "@openzeppelin/contracts-upgradeable/token/ERC1155/ERC1155Upgradeable.sol";

/// @notice The yardstick for a mint of one edition: an OpenZeppelin ERC-1155 of the same shape and nothing more.
contract BareERC1155Mock is ERC1155Upgradeable, Ownable2StepUpgradeable {
    function initialize(address owner) external initializer {
        __Ownable_init(owner);
    }

    function mint(address to, uint256 id, uint256 amount) external onlyOwner {
        _mint(to, id, amount, "");
    }
}
