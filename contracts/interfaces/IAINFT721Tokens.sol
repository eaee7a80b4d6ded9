// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ICollectionInitializer} from "./ICollectionInitializer.sol";

/// @title Opening an ERC-721 collection, minting and burning
interface IAINFT721Tokens is ICollectionInitializer {
    /// @notice Thrown when a batch is empty, or its receivers and manifests differ in number.
    error AINFT721BadBatch(uint256 receivers, uint256 manifests);

    /// @notice Mints the next token with its first version.
    /// @dev Only the collection's controller. Ids count from 1 and are never used twice. Reverts when the digest or the
    /// receiver is zero. The receiver is not asked (plain ERC-721 mint): make sure that a contract can hold it.
    /// @param to First owner of the program.
    /// @param manifestDigest sha-256 of the first manifest's RFC 8785 bytes.
    /// @return tokenId Id of the new token.
    function mint(address to, bytes32 manifestDigest) external returns (uint256 tokenId);

    /// @notice Mints the next tokens, each with its first version.
    /// @dev Only the collection's controller; as `mint` for each. Reverts when the batch is empty or its lists differ
    /// in length. All or nothing.
    /// @param to First owner of each program.
    /// @param manifestDigests First manifest of each program.
    /// @return firstId Id of the first new token; the others follow it.
    function mintBatch(address[] calldata to, bytes32[] calldata manifestDigests) external returns (uint256 firstId);

    /// @notice Burns a token for ever; its id is never used again.
    /// @dev Only the token's controller. Its program is frozen: it stays readable and provable, and nothing can
    /// change it any more.
    /// Reverts when nobody owns the token or a dispute locks it.
    function burn(uint256 tokenId) external;
}
