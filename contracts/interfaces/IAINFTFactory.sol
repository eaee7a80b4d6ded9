// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {CollectionConfig} from "../types/Program.sol";

/// @title Opens AINFT collections
/// @notice Anybody may open a collection. Each is an immutable clone of one implementation: nobody, the factory
/// included, can ever change its code. The factory keeps no power over what it created.
interface IAINFTFactory {
    /// @notice Thrown when the factory would be built on an address without code.
    error AINFTFactoryNoImplementation(address implementation);

    /// @notice Emitted when a collection is opened.
    event CollectionCreated(
        address indexed collection,
        address indexed creator,
        address indexed controller,
        address oracle
    );

    /// @notice Opens a collection and initialises it in the same transaction.
    /// @dev The address depends on the caller and the salt alone, so nobody else can take it first. Reverts when the
    /// caller has used the salt, or when the configuration is refused by the collection.
    /// @param salt Any value the caller has not used.
    /// @param config How the collection is opened.
    /// @return collection Address of the new collection.
    function createCollection(bytes32 salt, CollectionConfig calldata config) external returns (address collection);

    /// @notice The address `createCollection` gives to this creator and salt.
    function predictCollection(address creator, bytes32 salt) external view returns (address);

    /// @notice The code that every collection of this factory runs.
    function implementation() external view returns (address);
}
