// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice Which token standard an original follows.
enum TokenStandard {
    ERC721,
    ERC1155
}

/// @notice The token of another collection to which a program is bound.
/// @param collection Contract of the original.
/// @param standard How the original is held.
/// @param tokenId Its id there.
/// @param steward For ERC-1155: the holder who controls the program. Zero for ERC-721.
struct Binding {
    address collection;
    TokenStandard standard;
    uint256 tokenId;
    address steward;
}
