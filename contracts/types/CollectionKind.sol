// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice Which token contract a collection runs.
enum CollectionKind {
    ERC721,
    ERC721_VOTES,
    ERC1155,
    ERC1155_VOTES
}
