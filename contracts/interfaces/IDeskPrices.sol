// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {FeeShares, Price} from "../types/Order.sol";

/// @title What programs ask for an answer, and how it is divided
/// @notice The part of {IRequestDesk} about terms of later orders. No change touches an order that is open.
interface IDeskPrices {
    /// @notice Thrown when somebody sets the price of a program that they do not control.
    error RequestDeskNotController(address collection, uint256 tokenId, address caller);

    /// @notice Thrown when somebody other than the oracle's owner does what only the owner may.
    error RequestDeskNotOwner(address caller, address owner);

    /// @notice Thrown when shares do not make 10000.
    error RequestDeskBadShares(uint256 sum);

    /// @notice Thrown when new orders are paused or let go on already.
    error RequestDeskPauseUnchanged(bool paused);

    /// @notice Emitted when a program gets another price; amount 0 is none.
    event PriceChanged(
        address indexed collection,
        uint256 indexed tokenId,
        address indexed controller,
        Price previous,
        Price price
    );

    /// @notice Emitted when the fees of later orders are divided otherwise.
    event SharesChanged(FeeShares previous, FeeShares shares);

    /// @notice Emitted when new orders are paused, or go on.
    event PauseChanged(bool paused);

    /// @notice Sets what a program asks for an answer.
    /// @dev Only the token's controller ({IProgramAuthority}). A malicious controller can name a price nobody would
    /// pay, or a currency that refuses every payment; nobody pays another price than they expect. A malicious
    /// collection can let anybody set the prices of its own tokens.
    /// Warning: a price outlives a sale, until the new owner changes it.
    /// @param currency ERC-20 contract, or zero for ETH. Tokens that take a fee are refused when they are paid.
    /// @param amount In the currency's smallest unit; 0 for no price: then everybody asks for nothing.
    /// @param freeForController Whether the program's controllers ask for nothing.
    function setPrice(
        address collection,
        uint256 tokenId,
        address currency,
        uint128 amount,
        bool freeForController
    ) external;

    /// @notice What a program asks for an answer.
    function priceOf(address collection, uint256 tokenId) external view returns (Price memory);

    /// @notice Whether somebody may ask a program for nothing: it has no price, or its controllers ask free and they
    /// are one.
    function isFree(address collection, uint256 tokenId, address account) external view returns (bool);
}
