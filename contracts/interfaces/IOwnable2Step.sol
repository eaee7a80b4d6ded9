// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title The controller of a collection: who it is, and how it is handed over in two steps
/// @notice As OpenZeppelin's Ownable2Step, which has no interface of its own.
interface IOwnable2Step {
    /// @notice Thrown when the caller is not the controller.
    error OwnableUnauthorizedAccount(address account);

    /// @notice Thrown when the controller would be zero.
    error OwnableInvalidOwner(address owner);

    /// @notice Emitted when a hand-over starts.
    event OwnershipTransferStarted(address indexed previousOwner, address indexed newOwner);

    /// @notice Emitted when a hand-over ends.
    event OwnershipTransferred(address indexed previousOwner, address indexed newOwner);

    /// @notice The controller of the collection.
    function owner() external view returns (address);

    /// @notice Who may take the collection over; zero when nobody is asked to.
    function pendingOwner() external view returns (address);

    /// @notice Offers the collection to somebody, who must accept it.
    function transferOwnership(address newOwner) external;

    /// @notice Takes over a collection that was offered to the caller.
    function acceptOwnership() external;

    /// @notice Leaves the collection without a controller for ever: nothing is minted or set any more.
    function renounceOwnership() external;
}
