// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title ERC-7572: metadata of a whole collection
interface IERC7572 {
    /// @notice Emitted when the collection's metadata changes.
    event ContractURIUpdated();

    /// @notice URI of the collection's metadata; empty when there is none.
    function contractURI() external view returns (string memory);
}
