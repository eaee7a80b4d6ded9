// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ICollectionInitializer} from "./ICollectionInitializer.sol";

/// @title Opening an ERC-1155 collection: one program an id, many editions of it
/// @notice The curator of an id controls its program and mints its editions; who holds an edition owns no part of that
/// right. A malicious curator can mint up to the limit, which only ever falls, and do what {IAINFT} says of a
/// controller.
interface IAINFT1155Tokens is ICollectionInitializer {
    /// @notice Thrown when lists of receivers and amounts are empty or differ in length.
    error AINFT1155BadBatch(uint256 receivers, uint256 amounts);

    /// @notice Thrown when more editions would be minted than the limit leaves.
    error AINFT1155OverLimit(uint256 id, uint256 wanted, uint256 left);

    /// @notice Thrown when a program would have no curator.
    error AINFT1155EmptyCurator();

    /// @notice Emitted when an id has another curator; the first time with a previous of zero.
    event CuratorChanged(uint256 indexed id, address indexed previousCurator, address indexed curator);

    /// @notice Emitted when the most editions that an id will ever have is set or lowered.
    event LimitChanged(uint256 indexed id, uint256 limit);

    /// @notice Creates the next id with its program and its rules, and no edition.
    /// @dev Only the collection's controller. Reverts when minting is paused, or when curator or digest is zero.
    /// @param curator Who controls the program and mints its editions; may be a timelock.
    /// @param manifestDigest sha-256 of the first manifest's RFC 8785 bytes.
    /// @param limit Most editions that will ever be minted, burned ones included; at most `type(uint80).max`.
    /// @return id The new id, from 1.
    function createProgram(address curator, bytes32 manifestDigest, uint80 limit) external returns (uint256 id);

    /// @notice Mints editions of an id.
    /// @dev Only the curator. Reverts when minting is paused, when the limit would be passed, or when a receiving
    /// contract refuses. The receiver is called after everything is written.
    function mint(address to, uint256 id, uint256 amount) external;

    /// @notice Mints editions of an id to many receivers.
    /// @dev As `mint` for each. Reverts when the lists are empty or differ in length. All or nothing.
    function mintBatch(uint256 id, address[] calldata to, uint256[] calldata amounts) external;

    /// @notice Burns editions for ever; they count against the limit all the same.
    /// @dev Only their holder or somebody the holder approved. The program lives on without editions.
    function burn(address from, uint256 id, uint256 amount) external;

    /// @notice Name of the collection.
    function name() external view returns (string memory);

    /// @notice Symbol of the collection.
    function symbol() external view returns (string memory);
}
