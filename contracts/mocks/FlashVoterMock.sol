// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IGovernor} from "@openzeppelin/contracts/governance/IGovernor.sol";
import {IVotes} from "@openzeppelin/contracts/governance/utils/IVotes.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// @notice Borrows votes for one transaction: takes tokens, votes, and gives them back.
contract FlashVoterMock {
    uint8 private constant FOR = 1;

    function voteWithBorrowed(IERC20 token, IGovernor governor, uint256 proposalId, uint256 amount) external {
        token.transferFrom(msg.sender, address(this), amount);
        IVotes(address(token)).delegate(address(this));
        governor.castVote(proposalId, FOR);
        token.transfer(msg.sender, amount);
    }

    function proposeWithBorrowed(
        IERC20 token,
        IGovernor governor,
        address[] calldata targets,
        bytes[] calldata calldatas,
        uint256 amount
    ) external {
        token.transferFrom(msg.sender, address(this), amount);
        IVotes(address(token)).delegate(address(this));
        governor.propose(targets, new uint256[](targets.length), calldatas, "borrowed");
        token.transfer(msg.sender, amount);
    }
}
