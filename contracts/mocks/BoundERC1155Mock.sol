// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ERC1155} from "@openzeppelin/contracts/token/ERC1155/ERC1155.sol";

/// @dev A collection of somebody else, which knows nothing of programs.
contract BoundERC1155Mock is ERC1155("") {
    function give(address to, uint256 id, uint256 amount) external {
        _mint(to, id, amount, "");
    }
}
