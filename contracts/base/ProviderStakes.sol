// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IProviderRegistry} from "../interfaces/IProviderRegistry.sol";
import {CapacityClass, ReporterKey, Unbonding} from "../types/Provider.sol";
import {ProviderList} from "./ProviderList.sol";

/// @title Stake: bonded, on its way out, slashed
/// @dev What the registry owes is always `totalStake` + `slashedStake`, and it holds at least that.
abstract contract ProviderStakes is ProviderList, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    /// @inheritdoc IProviderRegistry
    uint256 public constant MAX_UNBONDINGS = 16;

    /// @inheritdoc IProviderRegistry
    function register(
        uint96 amount,
        CapacityClass capacityClass,
        string calldata endpoint,
        ReporterKey calldata key
    ) external nonReentrant {
        ProviderRecord storage record = _registry().records[msg.sender];
        if (record.place != 0) revert ProviderRegistryAlreadyListed(msg.sender);
        if (record.jailed) revert ProviderRegistryJailed(msg.sender);
        uint96 minimum = _registry().terms.minimumStake;
        uint96 bonded = record.bonded + amount;
        if (bonded < minimum) revert ProviderRegistryStakeTooLow(bonded, minimum);
        _enlist(record, capacityClass, endpoint, key);
        if (amount != 0) _bond(record, amount);
    }

    /// @inheritdoc IProviderRegistry
    function increaseStake(uint96 amount) external nonReentrant {
        if (amount == 0) revert ProviderRegistryZeroAmount();
        _bond(_listedRecord(msg.sender), amount);
    }

    /// @inheritdoc IProviderRegistry
    function startUnbonding(uint96 amount) external nonReentrant {
        ProviderRegistryStorage storage $ = _registry();
        ProviderRecord storage record = $.records[msg.sender];
        uint96 bonded = record.bonded;
        if (amount == 0) revert ProviderRegistryZeroAmount();
        if (amount > bonded) revert ProviderRegistryNotBonded(amount, bonded);
        uint96 left = bonded - amount;
        uint96 minimum = $.terms.minimumStake;
        if (left != 0 && left < minimum) revert ProviderRegistryStakeTooLow(left, minimum);
        if (record.unbondings.length == MAX_UNBONDINGS) revert ProviderRegistryTooManyUnbondings(MAX_UNBONDINGS);

        uint48 delay = $.terms.unbondingDelay;
        record.bonded = left;
        record.unbondings.push(Unbonding(amount, uint48(block.timestamp), delay)); // enough for millions of years
        emit UnbondingStarted(msg.sender, amount, left, block.timestamp + delay);
        if (left == 0 && record.place != 0) _delist(msg.sender, record);
    }

    /// @inheritdoc IProviderRegistry
    function withdraw(address recipient) external nonReentrant returns (uint256 amount) {
        ProviderRegistryStorage storage $ = _registry();
        Unbonding[] storage queue = $.records[msg.sender].unbondings;
        uint256 length = queue.length;
        uint256 kept = 0;
        for (uint256 i = 0; i < length; ++i) {
            Unbonding memory unbonding = queue[i];
            if (_isOver(unbonding)) amount += unbonding.amount;
            else queue[kept++] = unbonding;
        }
        if (amount == 0) revert ProviderRegistryNothingToWithdraw(msg.sender);
        _cut(queue, kept);
        $.totalStake -= amount;
        emit StakeWithdrawn(msg.sender, recipient, amount);
        IERC20($.stakeToken).safeTransfer(recipient, amount);
    }

    /// @inheritdoc IProviderRegistry
    function collectSlashed() external nonReentrant returns (uint256 amount) {
        ProviderRegistryStorage storage $ = _registry();
        amount = $.slashedStake;
        if (amount == 0) revert ProviderRegistryNothingToCollect();
        $.slashedStake = 0;
        emit SlashedStakeCollected($.beneficiary, amount);
        IERC20($.stakeToken).safeTransfer($.beneficiary, amount);
    }

    /// @inheritdoc IProviderRegistry
    function unbondingsOf(address provider) external view returns (Unbonding[] memory) {
        return _registry().records[provider].unbondings;
    }

    /// @inheritdoc IProviderRegistry
    function withdrawable(address provider) external view returns (uint256 amount) {
        Unbonding[] storage queue = _registry().records[provider].unbondings;
        for (uint256 i = 0; i < queue.length; ++i) {
            Unbonding memory unbonding = queue[i];
            if (_isOver(unbonding)) amount += unbonding.amount;
        }
    }

    /// @inheritdoc IProviderRegistry
    function totalStake() external view returns (uint256) {
        return _registry().totalStake;
    }

    /// @inheritdoc IProviderRegistry
    function slashedStake() external view returns (uint256) {
        return _registry().slashedStake;
    }

    /// @dev Takes up to `amount`; answers what there was. The caller has checked who slashes, and why.
    function _takeStake(ProviderRecord storage record, uint96 amount) internal returns (uint96 taken) {
        uint96 missing = amount - _takeUnbonding(record.unbondings, amount);
        uint96 ofBonded = uint96(Math.min(missing, record.bonded)); // both are as narrow
        record.bonded -= ofBonded;
        taken = amount - (missing - ofBonded);
        ProviderRegistryStorage storage $ = _registry();
        $.totalStake -= taken;
        $.slashedStake += taken;
    }

    function _unbondingOf(ProviderRecord storage record) internal view returns (uint96 amount) {
        for (uint256 i = 0; i < record.unbondings.length; ++i) amount += record.unbondings[i].amount;
    }

    /// @dev Nothing but the transfer itself can happen between the two looks at the balance: calls back are refused.
    function _bond(ProviderRecord storage record, uint96 amount) private {
        ProviderRegistryStorage storage $ = _registry();
        record.bonded += amount;
        $.totalStake += amount;
        emit StakeBonded(msg.sender, amount, record.bonded);
        IERC20 token = IERC20($.stakeToken);
        uint256 before = token.balanceOf(address(this));
        token.safeTransferFrom(msg.sender, address(this), amount);
        uint256 received = token.balanceOf(address(this)) - before;
        if (received != amount) revert ProviderRegistryWrongTransfer(amount, received);
    }

    /// @dev Oldest first. At most MAX_UNBONDINGS rounds.
    function _takeUnbonding(Unbonding[] storage queue, uint96 amount) private returns (uint96 taken) {
        uint256 length = queue.length;
        uint256 kept = 0;
        for (uint256 i = 0; i < length; ++i) {
            Unbonding memory unbonding = queue[i];
            uint96 part = uint96(Math.min(unbonding.amount, amount - taken)); // both are as narrow
            taken += part;
            unbonding.amount -= part;
            if (unbonding.amount != 0) queue[kept++] = unbonding;
        }
        _cut(queue, kept);
    }

    function _cut(Unbonding[] storage queue, uint256 length) private {
        while (queue.length > length) queue.pop();
    }

    /// @dev A delay that was raised since does not hold what is on its way; one that was lowered frees it.
    function _isOver(Unbonding memory unbonding) private view returns (bool) {
        uint256 delay = Math.min(unbonding.delay, _registry().terms.unbondingDelay);
        return block.timestamp >= unbonding.startedAt + delay;
    }
}
