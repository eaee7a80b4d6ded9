// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title How often an account has signed away its votes
interface INonces {
    /// @notice Thrown when a signature carries another nonce than the account's next one.
    error InvalidAccountNonce(address account, uint256 currentNonce);

    /// @notice The nonce that the account's next signature must carry.
    function nonces(address owner) external view returns (uint256);
}
