// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC5267} from "@openzeppelin/contracts/interfaces/IERC5267.sol";
import {IERC721Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IERC721Metadata} from "@openzeppelin/contracts/token/ERC721/extensions/IERC721Metadata.sol";
import {IAINFT} from "./IAINFT.sol";
import {IAINFT721Tokens} from "./IAINFT721Tokens.sol";
import {IAINFTCollection} from "./IAINFTCollection.sol";
import {IAINFTDisputes} from "./IAINFTDisputes.sol";
import {IAINFTRoyalties} from "./IAINFTRoyalties.sol";
import {IAINFTTraits} from "./IAINFTTraits.sol";
import {IERC4906Events} from "./IERC4906Events.sol";
import {IERC4907} from "./IERC4907.sol";
import {IERC5192} from "./IERC5192.sol";
import {IERC7572} from "./IERC7572.sol";
import {IInitializable} from "./IInitializable.sol";
import {IMetadataRefresh} from "./IMetadataRefresh.sol";
import {IOwnable2Step} from "./IOwnable2Step.sol";

/// @title Everything an ERC-721 collection of AINFTs answers
/// @notice The interface to connect to. Part of it is answered by the token contract itself, the rest by its extension.
// Nothing of its own: it is the sum of its parts.
// solhint-disable-next-line no-empty-blocks
interface IAINFT721 is
    IERC721Metadata,
    IERC721Errors,
    IERC4906Events,
    IERC4907,
    IERC5192,
    IERC5267,
    IERC7572,
    IAINFT,
    IAINFT721Tokens,
    IAINFTCollection,
    IAINFTDisputes,
    IAINFTRoyalties,
    IAINFTTraits,
    IInitializable,
    IMetadataRefresh,
    IOwnable2Step
{}
