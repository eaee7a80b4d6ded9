// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IAINFTCollection} from "../interfaces/IAINFTCollection.sol";
import {IERC7572} from "../interfaces/IERC7572.sol";
import {ManifestURI} from "../libraries/ManifestURI.sol";
import {CollectionStore} from "./CollectionStore.sol";
import {Minting} from "./Minting.sol";
import {OracleLink} from "./OracleLink.sol";

/// @title What the controller of a collection may set
abstract contract CollectionSettings is IAINFTCollection, IERC7572, OracleLink, CollectionStore, Minting {
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
