// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import {AINFT1155Base} from "./base/AINFT1155Base.sol";
import {Extended} from "./base/Extended.sol";
import {TimestampVotes} from "./base/TimestampVotes.sol";
import {InterfaceIds} from "./libraries/InterfaceIds.sol";

/// @title ERC-1155 collection of AINFTs whose editions vote: a collective
/// @notice As {AINFT1155}, and every edition of every id is one vote of its holder, delegated or not.
contract AINFT1155Votes is AINFT1155Base, TimestampVotes {
    /// @custom:storage-location erc7201:ainft.storage.EditionVotes
    struct EditionVotesStorage {
        mapping(address holder => uint256) units;
    }

    // keccak256(abi.encode(uint256(keccak256("ainft.storage.EditionVotes")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant EDITION_VOTES_STORAGE = 0x2485d5ef92f828f557d931d38cc669c7d5518e188f73a8e33bd9f18968a4bc00;

    /// @dev The implementation itself can never be initialised: only its clones are collections.
    constructor(address extension) Extended(extension) {
        _disableInitializers();
    }

    /// @inheritdoc IERC165
    function supportsInterface(bytes4 interfaceId) public view override returns (bool) {
        return InterfaceIds.isOfVotes(interfaceId) || super.supportsInterface(interfaceId);
    }

    /// @dev Editions of all ids count alike, so a holder's units are kept: no balance says how many they are.
    function _update(address from, address to, uint256[] memory ids, uint256[] memory values) internal override {
        super._update(from, to, ids, values);
        if (from == to) return; // nothing moves, and a batch may name one id twice
        uint256 units = 0;
        for (uint256 i = 0; i < values.length; ++i) units += values[i];
        EditionVotesStorage storage $ = _editionVotes();
        if (from != address(0)) $.units[from] -= units;
        if (to != address(0)) $.units[to] += units;
        _transferVotingUnits(from, to, units);
    }

    function _getVotingUnits(address account) internal view override returns (uint256) {
        return _editionVotes().units[account];
    }

    function _editionVotes() private pure returns (EditionVotesStorage storage $) {
        assembly ("memory-safe") {
            $.slot := EDITION_VOTES_STORAGE
        }
    }
}
