// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IAINFTCollection} from "../interfaces/IAINFTCollection.sol";
import {IERC4906Events} from "../interfaces/IERC4906Events.sol";
import {IERC7572} from "../interfaces/IERC7572.sol";
import {IMetadataRefresh} from "../interfaces/IMetadataRefresh.sol";
import {ManifestURI} from "../libraries/ManifestURI.sol";
import {CollectionStore} from "./CollectionStore.sol";
import {Minting} from "./Minting.sol";
import {OracleLink} from "./OracleLink.sol";

/// @title What the controller of a collection may set
abstract contract CollectionSettings is
    IAINFTCollection,
    IERC7572,
    IMetadataRefresh,
    IERC4906Events,
    OracleLink,
    CollectionStore,
    Minting
{
    /// @inheritdoc IAINFTCollection
    function setMintingPaused(bool paused) external onlyOwner {
        MintingStorage storage $ = _minting();
        if ($.paused == paused) revert AINFTSettingUnchanged();
        $.paused = paused;
        emit MintingPaused(paused);
    }

    /// @inheritdoc IAINFTCollection
    function setContractManifest(bytes32 manifestDigest) external onlyOwner {
        CollectionStorage storage $ = _collection();
        if ($.contractManifest == manifestDigest) revert AINFTSettingUnchanged();
        $.contractManifest = manifestDigest;
        emit ContractURIUpdated();
    }

    /// @inheritdoc IAINFTCollection
    function setRenderer(address newRenderer) external onlyOwner {
        CollectionStorage storage $ = _collection();
        if ($.renderer == newRenderer) revert AINFTSettingUnchanged();
        if (newRenderer != address(0) && newRenderer.code.length == 0) revert AINFTNoRenderer(newRenderer);
        $.renderer = newRenderer;
        emit RendererChanged(newRenderer);
        emit BatchMetadataUpdate(1, type(uint256).max);
    }

    /// @inheritdoc IMetadataRefresh
    function refreshMetadata(uint256 tokenId) external {
        address renderer_ = _collection().renderer;
        if (msg.sender != renderer_) revert AINFTNotRenderer(msg.sender, renderer_);
        emit MetadataUpdate(tokenId);
    }

    /// @inheritdoc IAINFTCollection
    function renderer() external view returns (address) {
        return _collection().renderer;
    }

    /// @inheritdoc IAINFTCollection
    function isMintingPaused() external view returns (bool) {
        return _minting().paused;
    }

    /// @inheritdoc IAINFTCollection
    function totalMinted() external view returns (uint256) {
        return _minting().totalMinted;
    }

    /// @inheritdoc IERC7572
    function contractURI() external view returns (string memory) {
        bytes32 digest = _collection().contractManifest;
        return digest == 0 ? "" : ManifestURI.fromDigest(digest);
    }
}
