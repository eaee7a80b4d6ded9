// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC1155} from "@openzeppelin/contracts/token/ERC1155/IERC1155.sol";
import {AINFTExtension} from "./base/AINFTExtension.sol";
import {Editions} from "./base/Editions.sol";
import {IAINFT1155Curation} from "./interfaces/IAINFT1155Curation.sol";
import {IAINFT1155Tokens} from "./interfaces/IAINFT1155Tokens.sol";
import {IContributorSplits} from "./interfaces/IContributorSplits.sol";

/// @title The second half of every ERC-1155 collection of AINFTs
contract AINFT1155Extension is AINFTExtension, Editions, IAINFT1155Curation {
    /// @param splits Where the splits of royalties are opened.
    constructor(IContributorSplits splits) AINFTExtension(splits) {}

    /// @inheritdoc IAINFT1155Curation
    function lowerLimit(uint256 id, uint80 limit) external {
        _checkController(id);
        Edition storage edition = _edition(id);
        if (limit >= edition.limit || limit < edition.minted) {
            revert AINFT1155BadLimit(id, limit, edition.minted, edition.limit);
        }
        edition.limit = limit;
        emit IAINFT1155Tokens.LimitChanged(id, limit);
    }

    /// @inheritdoc IAINFT1155Curation
    function offerCuration(uint256 id, address to) external {
        _checkController(id);
        _edition(id).offeredTo = to;
        emit CurationOffered(id, msg.sender, to);
    }

    /// @inheritdoc IAINFT1155Curation
    function acceptCuration(uint256 id) external {
        Edition storage edition = _edition(id);
        if (edition.offeredTo != msg.sender) revert AINFT1155NotOffered(id, msg.sender, edition.offeredTo);
        address previous = edition.curator;
        edition.curator = msg.sender;
        edition.offeredTo = address(0);
        emit IAINFT1155Tokens.CuratorChanged(id, previous, msg.sender);
    }

    /// @inheritdoc IAINFT1155Curation
    function curatorOf(uint256 id) external view returns (address) {
        return _edition(id).curator;
    }

    /// @inheritdoc IAINFT1155Curation
    function curationOfferedTo(uint256 id) external view returns (address) {
        return _edition(id).offeredTo;
    }

    /// @inheritdoc IAINFT1155Curation
    function totalSupply(uint256 id) external view returns (uint256) {
        Edition storage edition = _edition(id);
        return edition.minted - edition.burned;
    }

    /// @inheritdoc IAINFT1155Curation
    function editionsOf(uint256 id) external view returns (uint256 minted, uint256 limit) {
        Edition storage edition = _edition(id);
        return (edition.minted, edition.limit);
    }

    /// @inheritdoc IAINFT1155Curation
    function exists(uint256 id) external view returns (bool) {
        return _edition(id).curator != address(0);
    }

    /// @dev The curator, or whoever has an edition.
    function _isHolder(uint256 id, address account) internal view override returns (bool) {
        return _isController(id, account) || IERC1155(address(this)).balanceOf(account, id) != 0;
    }
}
