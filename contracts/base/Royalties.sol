// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Ownable2StepUpgradeable} from "@openzeppelin/contracts-upgradeable/access/Ownable2StepUpgradeable.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IAINFTCollection} from "../interfaces/IAINFTCollection.sol";
import {IAINFTRoyalties} from "../interfaces/IAINFTRoyalties.sol";
import {IContributorSplits} from "../interfaces/IContributorSplits.sol";
import {ProgramHeader} from "../types/ProgramHeader.sol";
import {Share} from "../types/Share.sol";
import {CollectionStore} from "./CollectionStore.sol";
import {ProgramStore} from "./ProgramStore.sol";

/// @title Royalties to the contributors of the active version
abstract contract Royalties is IAINFTRoyalties, Ownable2StepUpgradeable, ProgramStore, CollectionStore {
    /// @inheritdoc IAINFTRoyalties
    uint256 public constant MAX_ROYALTY_BPS = 1_000;

    uint256 private constant WHOLE = 10_000;

    IContributorSplits private immutable _splits;

    constructor(IContributorSplits splits) {
        _splits = splits;
    }

    /// @inheritdoc IAINFTRoyalties
    function setRoyalty(uint16 bps) external onlyOwner {
        if (bps > MAX_ROYALTY_BPS) revert AINFTRoyaltyTooHigh(bps, MAX_ROYALTY_BPS);
        CollectionStorage storage $ = _collection();
        if ($.royaltyBps == bps) revert IAINFTCollection.AINFTSettingUnchanged();
        $.royaltyBps = bps;
        emit RoyaltyChanged(bps);
    }

    /// @inheritdoc IAINFTRoyalties
    function setSplit(uint256 tokenId, uint32 version, Share[] calldata shares) external returns (address split) {
        (Program storage program, ProgramHeader header) = _changeByController(tokenId);
        bytes32 manifestDigest = program.manifests[version];
        if (manifestDigest == 0) revert AINFTUnknownVersion(tokenId, version, header.versionCount());
        mapping(bytes32 manifestDigest => address) storage splits = _collection().splits[tokenId];
        split = splits[manifestDigest];
        if (split != address(0)) revert AINFTSplitAlreadySet(tokenId, version, split);

        split = _splits.openSplit(shares); // our own contract, which calls nobody
        program.header = header;
        splits[manifestDigest] = split;
        emit SplitSet(tokenId, version, split);
    }

    /// @inheritdoc IAINFTRoyalties
    function royaltyInfo(
        uint256 tokenId,
        uint256 salePrice
    ) external view returns (address receiver, uint256 royaltyAmount) {
        Program storage program = _knownProgram(tokenId);
        CollectionStorage storage $ = _collection();
        receiver = $.splits[tokenId][program.manifests[program.header.activeVersion()]];
        if (receiver == address(0)) receiver = owner();
        if (receiver != address(0)) royaltyAmount = Math.mulDiv(salePrice, $.royaltyBps, WHOLE);
    }

    /// @inheritdoc IAINFTRoyalties
    function splitOf(uint256 tokenId, uint32 version) external view returns (address split) {
        return _collection().splits[tokenId][_program(tokenId).manifests[version]];
    }

    /// @inheritdoc IAINFTRoyalties
    function royaltyBps() external view returns (uint16) {
        return _collection().royaltyBps;
    }
}
