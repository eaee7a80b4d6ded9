// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {CollectionKind} from "../types/CollectionKind.sol";
import {CollectionConfig} from "../types/Program.sol";

/// @title Opens AINFT collections
/// @notice Anybody may open a collection. By default it is an immutable clone: nobody, the factory included, can ever
/// change its code. Whoever wants the protocol's upgrades instead opens a proxy that follows the kind's beacon. The
/// factory keeps no power over what it created. What a malicious owner of a beacon can do: replace the code of every
/// upgradeable collection of that kind, and with it everything about them. Immutable collections are out of their
/// reach.
interface IAINFTFactory {
    /// @notice Thrown when the factory would be built on an address without code.
    error AINFTFactoryNoImplementation(CollectionKind kind, address implementation);

    /// @notice Emitted when a collection is opened.
    /// @param upgradeable Whether it follows a beacon; false for an immutable clone.
    event CollectionCreated(
        address indexed collection,
        address indexed creator,
        address indexed controller,
        address oracle,
        CollectionKind kind,
        bool upgradeable
    );

    /// @notice Opens an immutable collection and initialises it in the same transaction.
    /// @dev The address depends on kind, caller and salt alone, so nobody else can take it first. Reverts when the
    /// caller has used the salt for this kind, or when the configuration is refused by the collection.
    /// @param salt Any value the caller has not used.
    /// @param config How the collection is opened.
    /// @return collection Address of the new collection.
    function createCollection(
        CollectionKind kind,
        bytes32 salt,
        CollectionConfig calldata config
    ) external returns (address collection);

    /// @notice Opens a collection that follows the kind's beacon, and initialises it in the same transaction.
    /// @dev As `createCollection`; the address depends on the configuration too.
    function createUpgradeableCollection(
        CollectionKind kind,
        bytes32 salt,
        CollectionConfig calldata config
    ) external returns (address collection);

    /// @notice The address `createCollection` gives to this kind, creator and salt.
    function predictCollection(CollectionKind kind, address creator, bytes32 salt) external view returns (address);

    /// @notice The address `createUpgradeableCollection` gives to these arguments.
    function predictUpgradeableCollection(
        CollectionKind kind,
        address creator,
        bytes32 salt,
        CollectionConfig calldata config
    ) external view returns (address);

    /// @notice The code that every immutable collection of this kind runs.
    function implementation(CollectionKind kind) external view returns (address);

    /// @notice The beacon that every upgradeable collection of this kind follows.
    function beacon(CollectionKind kind) external view returns (address);
}
