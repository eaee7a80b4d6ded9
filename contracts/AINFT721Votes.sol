// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import {AINFT721Base} from "./base/AINFT721Base.sol";
import {Extended} from "./base/Extended.sol";
import {TimestampVotes} from "./base/TimestampVotes.sol";
import {InterfaceIds} from "./libraries/InterfaceIds.sol";

/// @title ERC-721 collection of AINFTs whose tokens vote: a collective
/// @notice As {AINFT721}, and every token is one vote of its owner, delegated or not.
contract AINFT721Votes is AINFT721Base, TimestampVotes {
    /// @dev The implementation itself can never be initialised: only its clones are collections.
    constructor(address extension) Extended(extension) {
        _disableInitializers();
    }

    /// @inheritdoc IERC165
    function supportsInterface(bytes4 interfaceId) public view override returns (bool) {
        return InterfaceIds.isOfVotes(interfaceId) || super.supportsInterface(interfaceId);
    }

    function _update(address to, uint256 tokenId, address auth) internal override returns (address from) {
        from = super._update(to, tokenId, auth);
        _transferVotingUnits(from, to, 1);
    }

    function _getVotingUnits(address account) internal view override returns (uint256) {
        return balanceOf(account);
    }
}
