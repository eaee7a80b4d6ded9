// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IVotes} from "@openzeppelin/contracts/governance/utils/IVotes.sol";
import {IERC6372} from "@openzeppelin/contracts/interfaces/IERC6372.sol";
import {IAINFT1155} from "./IAINFT1155.sol";
import {INonces} from "./INonces.sol";

/// @title Everything an ERC-1155 collective answers: a collection of AINFTs that vote
// Nothing of its own: it is the sum of its parts.
// solhint-disable-next-line no-empty-blocks
interface IAINFT1155Votes is IAINFT1155, IVotes, IERC6372, INonces {}
