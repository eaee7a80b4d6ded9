// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {TimelockControllerUpgradeable} from "@openzeppelin/contracts-upgradeable/governance/TimelockControllerUpgradeable.sol";
import {IAINTimelock} from "./interfaces/IAINTimelock.sol";

/// @title The timelock of a governor: owns what the DAO owns, and does what was decided once the delay is over
contract AINTimelock is IAINTimelock, TimelockControllerUpgradeable {
    /// @inheritdoc IAINTimelock
    uint256 public constant MAX_OPENING_CALLS = 32;

    /// @dev The implementation itself can never be opened: only its clones are timelocks.
    constructor() {
        _disableInitializers();
    }

    /// @inheritdoc IAINTimelock
    function open(
        uint256 minDelay,
        address governor,
        address[] calldata targets,
        bytes[] calldata calldatas
    ) external initializer {
        if (governor.code.length == 0) revert AINTimelockNoGovernor(governor);
        uint256 count = targets.length;
        if (count > MAX_OPENING_CALLS || count != calldatas.length) {
            revert AINTimelockBadOpening(count, calldatas.length, MAX_OPENING_CALLS);
        }
        __TimelockController_init(minDelay, _listOf(governor), _listOf(address(0)), address(0));
        for (uint256 i = 0; i < count; ++i) {
            emit OpeningCallExecuted(i, targets[i], calldatas[i]);
            _execute(targets[i], 0, calldatas[i]);
        }
    }

    /// @dev The zero address as executor means anybody.
    function _listOf(address account) private pure returns (address[] memory accounts) {
        accounts = new address[](1);
        accounts[0] = account;
    }
}
