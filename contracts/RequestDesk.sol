// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IRequestDesk} from "./interfaces/IRequestDesk.sol";

/// @title Keeps orders with a fee or a callback
contract RequestDesk is IRequestDesk {
    address public immutable oracle;

    constructor(address oracle_) {
        oracle = oracle_;
    }

    /// @inheritdoc IRequestDesk
    function isFree(address, uint256, address) external pure returns (bool) {
        return true;
    }
}
