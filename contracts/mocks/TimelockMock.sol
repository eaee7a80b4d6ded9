// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";

/// @notice OpenZeppelin's timelock as it is, so that tests have one to deploy; one account proposes, anybody executes.
contract TimelockMock is TimelockController {
    constructor(
        uint256 delay,
        address[] memory proposers
    ) TimelockController(delay, proposers, _anybody(), address(0)) {}

    function _anybody() private pure returns (address[] memory executors) {
        executors = new address[](1);
    }
}
