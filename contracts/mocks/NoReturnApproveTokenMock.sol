// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {NoReturnTokenMock} from "./NoReturnTokenMock.sol";

/// @notice Pretends to be an early ERC-20: what `NoReturnTokenMock` does, and approvals, which answer nothing either.
contract NoReturnApproveTokenMock is NoReturnTokenMock {
    mapping(address owner => mapping(address spender => uint256)) public allowance;

    function approve(address spender, uint256 amount) external {
        allowance[msg.sender][spender] = amount;
    }

    function transferFrom(address from, address to, uint256 amount) external {
        allowance[from][msg.sender] -= amount;
        balanceOf[from] -= amount;
        balanceOf[to] += amount;
    }
}
