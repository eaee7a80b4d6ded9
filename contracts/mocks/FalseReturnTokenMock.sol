// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @notice Pretends to be an ERC-20 that, once told so, moves nothing and answers false, or reverts.
contract FalseReturnTokenMock is ERC20("Doubtful", "DBT") {
    enum Manner {
        HONEST,
        FALSE,
        REVERTING
    }

    error FalseReturnTokenMockRefused(uint256 amount);

    Manner private _manner;

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function behave(Manner manner) external {
        _manner = manner;
    }

    function transfer(address to, uint256 amount) public override returns (bool) {
        return _moves(amount) && super.transfer(to, amount);
    }

    function transferFrom(address from, address to, uint256 amount) public override returns (bool) {
        return _moves(amount) && super.transferFrom(from, to, amount);
    }

    function _moves(uint256 amount) private view returns (bool) {
        if (_manner == Manner.REVERTING) revert FalseReturnTokenMockRefused(amount);
        return _manner == Manner.HONEST;
    }
}
