// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import {AINFT1155Base} from "./base/AINFT1155Base.sol";
import {Extended} from "./base/Extended.sol";
import {TimestampVotes} from "./base/TimestampVotes.sol";
import {InterfaceIds} from "./libraries/InterfaceIds.sol";

/// @title ERC-1155 collection of AINFTs whose members vote: a collective
/// @notice As {AINFT1155}, and every edition of id 1 is one vote of its holder, delegated or not. Other ids have no
/// votes.
contract AINFT1155Votes is AINFT1155Base, TimestampVotes {
    /// The program that a collective opens with: see {ICollectives}.
    uint256 private constant VOTING_ID = 1;

    /// @dev The implementation itself can never be initialised: only its clones are collections.
    constructor(address extension) Extended(extension) {
        _disableInitializers();
    }

    /// @inheritdoc IERC165
    function supportsInterface(bytes4 interfaceId) public view override returns (bool) {
        return InterfaceIds.isOfVotes(interfaceId) || super.supportsInterface(interfaceId);
    }

    /// @dev Editions of other ids move without a vote.
    function _update(address from, address to, uint256[] memory ids, uint256[] memory values) internal override {
        super._update(from, to, ids, values);
        uint256 units = 0;
        for (uint256 i = 0; i < ids.length; ++i) {
            if (ids[i] == VOTING_ID) units += values[i];
        }
        _transferVotingUnits(from, to, units);
    }

    function _getVotingUnits(address account) internal view override returns (uint256) {
        return balanceOf(account, VOTING_ID);
    }
}
