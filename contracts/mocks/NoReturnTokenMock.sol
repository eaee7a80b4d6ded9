// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice Pretends to be an old token whose `transfer` answers nothing.
contract NoReturnTokenMock {
    mapping(address account => uint256) public balanceOf;

    function mint(address to, uint256 amount) external {
        balanceOf[to] += amount;
    }

    function transfer(address to, uint256 amount) external {
        balanceOf[msg.sender] -= amount;
        balanceOf[to] += amount;
    }
}
