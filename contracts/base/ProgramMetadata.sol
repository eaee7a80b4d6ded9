// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IMetadataRenderer} from "../interfaces/IMetadataRenderer.sol";
import {ManifestURI} from "../libraries/ManifestURI.sol";
import {CollectionStore} from "./CollectionStore.sol";
import {ModelVersions} from "./ModelVersions.sol";

/// @title Where a token's metadata is
abstract contract ProgramMetadata is ModelVersions, CollectionStore {
    /// @dev What the collection's renderer says, or the `ipfs://` URI of the active version's manifest when it has
    /// none. The caller has checked that the token exists.
    function _metadataURI(uint256 tokenId) internal view returns (string memory) {
        address renderer = _collection().renderer;
        if (renderer != address(0)) return IMetadataRenderer(renderer).tokenURI(address(this), tokenId);
        return ManifestURI.fromDigest(_activeManifest(tokenId));
    }
}
