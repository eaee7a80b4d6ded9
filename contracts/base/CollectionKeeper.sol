// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {IAINFTCollection} from "../interfaces/IAINFTCollection.sol";
import {IAINFTRoyalties} from "../interfaces/IAINFTRoyalties.sol";
import {IAINFTTraits} from "../interfaces/IAINFTTraits.sol";
import {ICollectionKeeper} from "../interfaces/ICollectionKeeper.sol";
import {IOracleLink} from "../interfaces/IOracleLink.sol";
import {IOwnable2Step} from "../interfaces/IOwnable2Step.sol";

/// @title Controls a collection for its owner, and keeps minting to itself
abstract contract CollectionKeeper is ICollectionKeeper, Ownable2Step {
    address private immutable _kept;
    bool private _ready;

    constructor(address kept) {
        _kept = kept;
    }

    /// @inheritdoc ICollectionKeeper
    function takeCollection() external {
        IOwnable2Step owned = IOwnable2Step(_kept);
        if (owned.pendingOwner() == address(this)) owned.acceptOwnership();
        (address controller, bool paused) = (owned.owner(), IAINFTCollection(_kept).isMintingPaused());
        if (controller != address(this) || paused) revert CollectionKeeperNotReady(controller, paused);
        _ready = true; // for ever: nothing here pauses, or hands the collection on
        emit CollectionKept(_kept);
    }

    /// @inheritdoc ICollectionKeeper
    function setOracle(address newOracle) external onlyOwner {
        IOracleLink(_kept).setOracle(newOracle);
    }

    /// @inheritdoc ICollectionKeeper
    function lockOracle() external onlyOwner {
        IOracleLink(_kept).lockOracle();
    }

    /// @inheritdoc ICollectionKeeper
    function setRenderer(address newRenderer) external onlyOwner {
        IAINFTCollection(_kept).setRenderer(newRenderer);
    }

    /// @inheritdoc ICollectionKeeper
    function setContractManifest(bytes32 manifestDigest) external onlyOwner {
        IAINFTCollection(_kept).setContractManifest(manifestDigest);
    }

    /// @inheritdoc ICollectionKeeper
    function setRoyalty(uint16 bps) external onlyOwner {
        IAINFTRoyalties(_kept).setRoyalty(bps);
    }

    /// @inheritdoc ICollectionKeeper
    function setTraitSchema(address schema) external onlyOwner {
        IAINFTTraits(_kept).setTraitSchema(schema);
    }

    /// @inheritdoc ICollectionKeeper
    function collection() external view returns (address) {
        return _kept;
    }

    /// @inheritdoc ICollectionKeeper
    function isReady() public view returns (bool) {
        return _ready;
    }
}
