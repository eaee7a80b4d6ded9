// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IAINFTRoyalties} from "../interfaces/IAINFTRoyalties.sol";
import {IAINFT1155Curation} from "../interfaces/IAINFT1155Curation.sol";
import {IDeskAccounts} from "../interfaces/IDeskAccounts.sol";
import {IInferenceOracle} from "../interfaces/IInferenceOracle.sol";
import {Probe} from "../libraries/Probe.sol";
import {Order} from "../types/Order.sol";
import {DeskPrices} from "./DeskPrices.sol";

/// @title The desk's books
abstract contract DeskAccounts is DeskPrices, ReentrancyGuardTransient {
    using Probe for address;
    using SafeERC20 for IERC20;

    /// What the reporters of a config have earned in one currency. They share equally, so one number is enough.
    struct Pool {
        uint256 earned;
        mapping(uint256 index => uint256 amount) collected;
    }

    address internal constant ETH = address(0);

    mapping(address currency => uint256 amount) private _held;
    mapping(address currency => mapping(address account => uint256 amount)) private _owed;
    mapping(uint32 configVersion => mapping(address currency => Pool)) private _pools;

    /// @inheritdoc IDeskAccounts
    function withdraw(address currency, address to) external nonReentrant returns (uint256 amount) {
        return _withdraw(currency, msg.sender, to);
    }

    /// @inheritdoc IDeskAccounts
    function withdrawFor(address currency, address account) external nonReentrant returns (uint256 amount) {
        return _withdraw(currency, account, account);
    }

    /// @inheritdoc IDeskAccounts
    function collect(
        uint32 configVersion,
        address currency,
        uint256 index
    ) external nonReentrant returns (uint256 amount) {
        (address[] memory reporters, , ) = IInferenceOracle(oracle).configOf(configVersion);
        if (index >= reporters.length) revert RequestDeskUnknownReporter(configVersion, index, reporters.length);
        address reporter = reporters[index];
        Pool storage pool = _pools[configVersion][currency];
        amount = pool.earned / reporters.length - pool.collected[index];
        if (amount == 0) revert RequestDeskNothingOwed(currency, reporter);
        pool.collected[index] += amount;
        _owed[currency][reporter] += amount;
        emit PoolCollected(currency, configVersion, reporter, amount);
    }

    /// @inheritdoc IDeskAccounts
    function owedTo(address currency, address account) external view returns (uint256) {
        return _owed[currency][account];
    }

    /// @inheritdoc IDeskAccounts
    function held(address currency) external view returns (uint256) {
        return _held[currency];
    }

    /// @inheritdoc IDeskAccounts
    function earnedBy(uint32 configVersion, address currency) external view returns (uint256) {
        return _pools[configVersion][currency].earned;
    }

    /// @inheritdoc IDeskAccounts
    function collectedBy(uint32 configVersion, address currency, uint256 index) external view returns (uint256) {
        return _pools[configVersion][currency].collected[index];
    }

    /// @dev Takes a fee from the caller into escrow. A token could call anybody from inside its transfer, so the caller
    /// of this function does everything else first.
    function _takeIn(address currency, uint256 amount) internal {
        uint256 value = currency == ETH ? amount : 0;
        if (msg.value != value) revert RequestDeskWrongValue(value, msg.value);
        if (amount == 0) return;
        _held[currency] += amount;
        if (currency == ETH) return;
        uint256 before = IERC20(currency).balanceOf(address(this));
        IERC20(currency).safeTransferFrom(msg.sender, address(this), amount);
        uint256 received = IERC20(currency).balanceOf(address(this)) - before;
        if (received != amount) revert RequestDeskWrongReceipt(currency, amount, received);
    }

    /// @dev Divides the fee of an answered order. What rounding leaves over goes to the providers, and so does what is
    /// meant for an owner whom nobody can name.
    function _divide(Order calldata order) internal {
        uint256 amount = order.amount;
        if (amount == 0) return;
        uint256 toTreasury = (amount * order.shares.treasury) / WHOLE;
        uint256 toOwner = (amount * order.shares.owner) / WHOLE;
        uint256 toContributors = (amount * order.shares.contributors) / WHOLE;
        address contributors = _contributorsOf(order);
        if (contributors == address(0)) {
            toOwner += toContributors;
            toContributors = 0;
        }
        address owner = _tokenOwnerOf(order);
        if (owner == address(0)) toOwner = 0;
        uint256 toProviders = amount - toTreasury - toOwner - toContributors;

        _pools[order.configVersion][order.currency].earned += toProviders;
        emit PoolCredited(order.requestId, order.currency, order.configVersion, toProviders);
        _credit(order, owner, toOwner);
        _credit(order, contributors, toContributors);
        _credit(order, _owner(), toTreasury);
    }

    function _giveBack(Order calldata order) internal {
        _credit(order, order.requester, order.amount);
    }

    function _credit(Order calldata order, address account, uint256 amount) private {
        if (amount == 0) return;
        _owed[order.currency][account] += amount;
        emit AccountCredited(order.requestId, order.currency, account, amount);
    }

    function _withdraw(address currency, address account, address to) private returns (uint256 amount) {
        amount = _owed[currency][account];
        if (amount == 0) revert RequestDeskNothingOwed(currency, account);
        delete _owed[currency][account];
        _held[currency] -= amount;
        emit Withdrawn(currency, account, to, amount);
        if (currency == ETH) Address.sendValue(payable(to), amount);
        else IERC20(currency).safeTransfer(to, amount);
    }

    function _contributorsOf(Order calldata order) private view returns (address) {
        bytes memory question = abi.encodeCall(IAINFTRoyalties.splitOf, (order.tokenId, order.version));
        return order.collection.addressFrom(question);
    }

    /// @dev Zero when the token is gone, or the collection follows neither standard.
    function _tokenOwnerOf(Order calldata order) private view returns (address owner) {
        owner = order.collection.addressFrom(abi.encodeCall(IERC721.ownerOf, (order.tokenId)));
        if (owner != address(0)) return owner;
        return order.collection.addressFrom(abi.encodeCall(IAINFT1155Curation.curatorOf, (order.tokenId)));
    }
}
