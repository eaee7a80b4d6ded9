// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @notice Pretends to be a token that burns a part of every transfer; with a fee of zero, an ordinary one.
contract FeeOnTransferTokenMock is ERC20 {
    uint256 private immutable _feeBps;

    constructor(uint256 feeBps) ERC20("Taxed", "TAX") {
        _feeBps = feeBps;
    }

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    /// @notice Takes from a holder, as a token whose balances shrink by themselves.
    function shrink(address holder, uint256 amount) external {
        _burn(holder, amount);
    }

    function _update(address from, address to, uint256 amount) internal override {
        super._update(from, to, amount);
        if (from != address(0) && to != address(0)) _burn(to, (amount * _feeBps) / 10_000);
    }
}
