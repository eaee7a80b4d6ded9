// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title What a collection keeps about itself
abstract contract CollectionStore {
    /// @custom:storage-location erc7201:ainft.storage.Collection
    struct CollectionStorage {
        address arbiter;
        uint16 royaltyBps;
        address renderer;
        address traitSchema;
        bytes32 contractManifest;
        mapping(uint256 tokenId => mapping(bytes32 manifestDigest => address)) splits;
        mapping(uint256 tokenId => mapping(bytes32 traitKey => bytes32)) traits;
    }

    // keccak256(abi.encode(uint256(keccak256("ainft.storage.Collection")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant COLLECTION_STORAGE = 0xb6d33e4c6563a4808f2ae2185ae2151d2db3c7803bb418c9d63e883a97215100;

    function _collection() internal pure returns (CollectionStorage storage $) {
        assembly ("memory-safe") {
            $.slot := COLLECTION_STORAGE
        }
    }
}
