// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IPayouts} from "../interfaces/IPayouts.sol";

/// @title Holds one asset for many, and pays by pull
abstract contract Payouts is IPayouts, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    IERC20 private immutable _asset;
    address private immutable _treasury;

    mapping(address account => uint256 amount) private _owed;
    uint256 private _totalOwed;

    constructor(IERC20 asset_, address treasury_) {
        if (address(asset_).code.length == 0) revert PayoutsNoAsset(address(asset_));
        if (treasury_ == address(0)) revert PayoutsNoTreasury();
        _asset = asset_;
        _treasury = treasury_;
    }

    /// @inheritdoc IPayouts
    function withdraw(address account) external nonReentrant returns (uint256 amount) {
        amount = _owed[account];
        if (amount == 0) revert PayoutsNothingOwed(account);
        delete _owed[account];
        _totalOwed -= amount;
        emit Paid(account, amount);
        _asset.safeTransfer(account, amount);
    }

    /// @inheritdoc IPayouts
    function owedTo(address account) external view returns (uint256) {
        return _owed[account];
    }

    /// @inheritdoc IPayouts
    function totalOwed() external view returns (uint256) {
        return _totalOwed;
    }

    /// @inheritdoc IPayouts
    function asset() external view returns (address) {
        return address(_asset);
    }

    /// @inheritdoc IPayouts
    function treasury() external view returns (address) {
        return _treasury;
    }

    /// @dev Takes exactly so much from the caller. Whoever uses it guards against calls from inside.
    function _collect(uint256 amount) internal {
        if (amount == 0) return;
        uint256 expected = _asset.balanceOf(address(this)) + amount;
        _asset.safeTransferFrom(msg.sender, address(this), amount);
        uint256 actual = _asset.balanceOf(address(this));
        if (actual != expected) revert PayoutsWrongBalance(expected, actual);
    }

    function _owe(address account, uint256 amount) internal {
        if (amount == 0) return;
        _owed[account] += amount;
        _totalOwed += amount;
        emit Owed(account, amount);
    }

    function _oweTreasury(uint256 amount) internal {
        _owe(_treasury, amount);
    }
}
