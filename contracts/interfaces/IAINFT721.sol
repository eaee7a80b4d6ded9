// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {CollectionConfig} from "../types/Program.sol";

/// @title What is particular to an ERC-721 collection of AINFTs
interface IAINFT721 {
    /// @notice Opens the collection. Callable once, in the transaction that creates it.
    /// @dev Reverts on a second call, on the implementation itself, and when the controller is zero.
    function initialize(CollectionConfig calldata config) external;

    /// @notice Mints the next token with its first version.
    /// @dev Only the collection's controller. Ids count from 1 and are never used twice. Reverts when the digest or the
    /// receiver is zero. The receiver is not asked (plain ERC-721 mint): make sure that a contract can hold it.
    /// @param to First owner of the program.
    /// @param manifestDigest sha-256 of the first manifest's RFC 8785 bytes.
    /// @return tokenId Id of the new token.
    function mint(address to, bytes32 manifestDigest) external returns (uint256 tokenId);

    /// @notice Number of tokens ever minted; also the newest id.
    function totalMinted() external view returns (uint256);
}
