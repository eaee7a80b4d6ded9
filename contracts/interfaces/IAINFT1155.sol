// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC1155Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IERC5267} from "@openzeppelin/contracts/interfaces/IERC5267.sol";
import {IERC1155MetadataURI} from "@openzeppelin/contracts/token/ERC1155/extensions/IERC1155MetadataURI.sol";
import {IAINFT} from "./IAINFT.sol";
import {IAINFT1155Curation} from "./IAINFT1155Curation.sol";
import {IAINFT1155Tokens} from "./IAINFT1155Tokens.sol";
import {IAINFTCollection} from "./IAINFTCollection.sol";
import {IAINFTDisputes} from "./IAINFTDisputes.sol";
import {IAINFTRoyalties} from "./IAINFTRoyalties.sol";
import {IAINFTTraits} from "./IAINFTTraits.sol";
import {IERC4906Events} from "./IERC4906Events.sol";
import {IERC7572} from "./IERC7572.sol";
import {IInitializable} from "./IInitializable.sol";
import {IMetadataRefresh} from "./IMetadataRefresh.sol";
import {IOwnable2Step} from "./IOwnable2Step.sol";

/// @title Everything an ERC-1155 collection of AINFTs answers
/// @notice The interface to connect to. Part of it is answered by the token contract itself, the rest by its extension.
// Nothing of its own: it is the sum of its parts.
// solhint-disable-next-line no-empty-blocks
interface IAINFT1155 is
    IERC1155MetadataURI,
    IERC1155Errors,
    IERC4906Events,
    IERC5267,
    IERC7572,
    IAINFT,
    IAINFT1155Tokens,
    IAINFT1155Curation,
    IAINFTCollection,
    IAINFTDisputes,
    IAINFTRoyalties,
    IAINFTTraits,
    IInitializable,
    IMetadataRefresh,
    IOwnable2Step
{}
