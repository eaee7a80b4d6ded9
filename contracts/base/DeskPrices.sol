// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {IDeskPrices} from "../interfaces/IDeskPrices.sol";
import {IProgramAuthority} from "../interfaces/IProgramAuthority.sol";
import {IRequestDesk} from "../interfaces/IRequestDesk.sol";
import {FeeShares, Payment, Price} from "../types/Order.sol";

/// @title Prices of programs, and how fees are divided
abstract contract DeskPrices is IRequestDesk {
    uint256 internal constant WHOLE = 10_000;

    /// @inheritdoc IRequestDesk
    address public immutable oracle;

    mapping(address collection => mapping(uint256 tokenId => Price)) private _prices;
    FeeShares private _shares;
    bool private _paused;

    constructor(address oracle_) {
        oracle = oracle_;
        _shares = FeeShares({providers: 7_000, owner: 1_000, contributors: 1_500, treasury: 500});
    }

    /// @inheritdoc IDeskPrices
    function setPrice(
        address collection,
        uint256 tokenId,
        address currency,
        uint128 amount,
        bool freeForController
    ) external {
        if (!IProgramAuthority(collection).isController(tokenId, msg.sender)) {
            revert RequestDeskNotController(collection, tokenId, msg.sender);
        }
        Price memory previous = _prices[collection][tokenId];
        Price memory price;
        if (amount != 0) price = Price(currency, freeForController, amount);
        _prices[collection][tokenId] = price;
        emit PriceChanged(collection, tokenId, msg.sender, previous, price);
    }

    /// @inheritdoc IRequestDesk
    function setShares(FeeShares calldata newShares) external {
        _checkOwner();
        uint256 sum = uint256(newShares.providers) + newShares.owner + newShares.contributors + newShares.treasury;
        if (sum != WHOLE) revert RequestDeskBadShares(sum);
        FeeShares memory previous = _shares;
        _shares = newShares;
        emit SharesChanged(previous, newShares);
    }

    /// @inheritdoc IRequestDesk
    function setPaused(bool paused) external {
        _checkOwner();
        if (paused == _paused) revert RequestDeskPauseUnchanged(paused);
        _paused = paused;
        emit PauseChanged(paused);
    }

    /// @inheritdoc IDeskPrices
    function priceOf(address collection, uint256 tokenId) external view returns (Price memory) {
        return _prices[collection][tokenId];
    }

    /// @inheritdoc IDeskPrices
    function isFree(address collection, uint256 tokenId, address account) external view returns (bool) {
        return quote(collection, tokenId, account).amount == 0;
    }

    /// @inheritdoc IRequestDesk
    function shares() public view returns (FeeShares memory) {
        return _shares;
    }

    /// @inheritdoc IRequestDesk
    function isPaused() public view returns (bool) {
        return _paused;
    }

    /// @inheritdoc IRequestDesk
    function quote(address collection, uint256 tokenId, address account) public view returns (Payment memory payment) {
        Price memory price = _prices[collection][tokenId];
        if (price.amount == 0) return payment;
        if (price.freeForController && IProgramAuthority(collection).isController(tokenId, account)) return payment;
        return Payment(price.currency, price.amount);
    }

    /// @dev Who owns the oracle acts for the desk, and is its treasury.
    function _owner() internal view returns (address) {
        return Ownable(oracle).owner();
    }

    function _checkOwner() private view {
        address owner = _owner();
        if (msg.sender != owner) revert RequestDeskNotOwner(msg.sender, owner);
    }
}
