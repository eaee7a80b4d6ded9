// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title Controls a collection for its owner, and keeps minting to itself
/// @notice The owner sets through it what a collection's controller may set; see {IAINFTCollection}, {IAINFTRoyalties}
/// and {IAINFTTraits} for what each means and refuses. It mints by its own rules alone, and three rights of a controller
/// are given up for ever: to mint otherwise, to pause minting, and to hand the collection on.
interface ICollectionKeeper {
    /// @notice Thrown when the collection is not this contract's, or minting in it is paused.
    error CollectionKeeperNotReady(address controller, bool mintingPaused);

    /// @notice Emitted when the collection is this contract's for ever.
    event CollectionKept(address indexed collection);

    /// @notice Takes the collection over, if it is offered, and sees that it can be minted in.
    /// @dev Anybody. Reverts when the collection is neither this contract's nor offered to it, or is paused.
    function takeCollection() external;

    /// @notice Points the collection at another oracle.
    /// @dev Only the owner.
    function setOracle(address newOracle) external;

    /// @notice Locks the choice of the oracle for ever.
    /// @dev Only the owner.
    function lockOracle() external;

    /// @notice Lets a contract tell the metadata of every token.
    /// @dev Only the owner.
    function setRenderer(address newRenderer) external;

    /// @notice Names the manifest of the whole collection.
    /// @dev Only the owner.
    function setContractManifest(bytes32 manifestDigest) external;

    /// @notice Sets the royalty of every token.
    /// @dev Only the owner.
    function setRoyalty(uint16 bps) external;

    /// @notice Gives the collection its trait schema, for ever.
    /// @dev Only the owner.
    function setTraitSchema(address schema) external;

    /// @notice The collection that is kept.
    function collection() external view returns (address);

    /// @notice Whether the collection was taken over and can be minted in.
    function isReady() external view returns (bool);
}
