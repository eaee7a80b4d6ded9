// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title Orders with a fee or a callback
interface IRequestDesk {
    /// @notice Whether somebody may ask a program for nothing: it has no price, or its controller lets its controllers ask free.
    function isFree(address collection, uint256 tokenId, address account) external view returns (bool);
}
