// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title What OpenZeppelin's Initializable tells; it has no interface of its own
interface IInitializable {
    /// @notice Thrown when a collection that is open would be opened again, or an implementation would be.
    error InvalidInitialization();

    /// @notice Emitted when a collection was opened.
    event Initialized(uint64 version);
}
