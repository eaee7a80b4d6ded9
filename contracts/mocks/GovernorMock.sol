// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Governor} from "@openzeppelin/contracts/governance/Governor.sol";
import {GovernorCountingSimple} from "@openzeppelin/contracts/governance/extensions/GovernorCountingSimple.sol";
import {GovernorVotes} from "@openzeppelin/contracts/governance/extensions/GovernorVotes.sol";
import {IVotes} from "@openzeppelin/contracts/governance/utils/IVotes.sol";

/// @notice A plain OpenZeppelin governor over a collective's votes: half of the supply is its quorum.
contract GovernorMock is Governor, GovernorCountingSimple, GovernorVotes {
    constructor(IVotes collective) Governor("Collective") GovernorVotes(collective) {}

    function votingDelay() public pure override returns (uint256) {
        return 1 minutes;
    }

    function votingPeriod() public pure override returns (uint256) {
        return 1 weeks;
    }

    function quorum(uint256 timepoint) public view override returns (uint256) {
        return token().getPastTotalSupply(timepoint) / 2;
    }
}
