// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {CollectionConfig} from "../types/Program.sol";

/// @title Opening a collection
interface ICollectionInitializer {
    /// @notice Opens the collection. Callable once, in the transaction that creates it.
    /// @dev Reverts on a second call, on the implementation itself, and when the controller is zero.
    function initialize(CollectionConfig calldata config) external;
}
