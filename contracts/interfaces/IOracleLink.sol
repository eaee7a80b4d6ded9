// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title Which oracle may apply signed updates
/// @notice Chosen by the controller. A malicious controller can, until the choice is locked, name an oracle that writes
/// false state.
interface IOracleLink {
    /// @notice Thrown when the oracle would not change.
    error AINFTOracleUnchanged(address oracle);

    /// @notice Thrown when the choice of oracle was locked for ever.
    error AINFTOracleLocked(address oracle);

    /// @notice Emitted when the collection starts to obey another oracle; the first time with a previous of zero.
    event OracleChanged(address indexed previousOracle, address indexed oracle);

    /// @notice Emitted when the choice of oracle is locked for ever.
    event OracleLocked(address indexed oracle);

    /// @notice Lets another oracle apply signed updates from now on; the old one can no more.
    /// @dev Only the controller. Reverts when locked, or when nothing would change. Zero stops all updates.
    function setOracle(address newOracle) external;

    /// @notice Locks the choice of oracle for ever.
    /// @dev Only the controller; irrevocable. Reverts when already locked.
    /// Warning: if that oracle dies, no state of this collection changes ever again.
    function lockOracle() external;

    /// @notice The contract that may apply signed updates.
    function oracle() external view returns (address);

    /// @notice Whether the oracle can still be changed.
    function isOracleLocked() external view returns (bool);
}
