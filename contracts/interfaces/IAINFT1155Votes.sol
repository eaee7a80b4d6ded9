// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IVotes} from "@openzeppelin/contracts/governance/utils/IVotes.sol";
import {IERC6372} from "@openzeppelin/contracts/interfaces/IERC6372.sol";
import {IAINFT1155} from "./IAINFT1155.sol";
import {INonces} from "./INonces.sol";

/// @title Everything an ERC-1155 collective answers: a collection of AINFTs whose members vote
/// @notice Every edition of id 1, the program that the collective opened with, is one vote of its holder, delegated or
/// not. Editions of other ids are no votes, so that their curators, who mint them as they like, get none by it. That
/// holds for every collection of this kind: whoever curates id 1 decides who votes, up to the id's limit. In a
/// collective that is the timelock, by vote; where somebody else curates it, they have all votes that they want.
// Nothing of its own: it is the sum of its parts.
// solhint-disable-next-line no-empty-blocks
interface IAINFT1155Votes is IAINFT1155, IVotes, IERC6372, INonces {}
