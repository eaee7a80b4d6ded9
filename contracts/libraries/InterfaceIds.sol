// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IVotes} from "@openzeppelin/contracts/governance/utils/IVotes.sol";
import {IERC2981} from "@openzeppelin/contracts/interfaces/IERC2981.sol";
import {IERC5267} from "@openzeppelin/contracts/interfaces/IERC5267.sol";
import {IERC6372} from "@openzeppelin/contracts/interfaces/IERC6372.sol";
import {IAINFT1155Curation} from "../interfaces/IAINFT1155Curation.sol";
import {IAINFTCollection} from "../interfaces/IAINFTCollection.sol";
import {IAINFTDisputes} from "../interfaces/IAINFTDisputes.sol";
import {IAINFTLife} from "../interfaces/IAINFTLife.sol";
import {IAINFTRecords} from "../interfaces/IAINFTRecords.sol";
import {IAINFTRoyalties} from "../interfaces/IAINFTRoyalties.sol";
import {IAINFTTraits} from "../interfaces/IAINFTTraits.sol";
import {IERC4907} from "../interfaces/IERC4907.sol";
import {IERC5192} from "../interfaces/IERC5192.sol";
import {IERC7496} from "../interfaces/IERC7496.sol";
import {IERC7572} from "../interfaces/IERC7572.sol";
import {IMetadataRefresh} from "../interfaces/IMetadataRefresh.sol";
import {IOracleLink} from "../interfaces/IOracleLink.sol";
import {IProgramAccess} from "../interfaces/IProgramAccess.sol";
import {IProgramAuthority} from "../interfaces/IProgramAuthority.sol";

/// @title The ERC-165 ids that token contracts advertise beyond those of OpenZeppelin's bases
/// @notice `IAINFT` has no function of its own, so its id is the XOR of the ids of its parts.
library InterfaceIds {
    bytes4 internal constant AINFT =
        type(IAINFTLife).interfaceId ^
            type(IProgramAuthority).interfaceId ^
            type(IAINFTRecords).interfaceId ^
            type(IProgramAccess).interfaceId;
    bytes4 internal constant ERC4906 = 0x49064906;

    /// @dev What everything that holds programs answers.
    function isProgram(bytes4 interfaceId) internal pure returns (bool) {
        return
            interfaceId == AINFT ||
            interfaceId == type(IAINFTLife).interfaceId ||
            interfaceId == type(IAINFTRecords).interfaceId ||
            interfaceId == type(IProgramAuthority).interfaceId ||
            interfaceId == type(IProgramAccess).interfaceId ||
            interfaceId == type(IOracleLink).interfaceId ||
            interfaceId == type(IERC5267).interfaceId;
    }

    /// @dev What collections of both standards answer besides.
    function isCollection(bytes4 interfaceId) internal pure returns (bool) {
        return
            isProgram(interfaceId) ||
            interfaceId == type(IAINFTCollection).interfaceId ||
            interfaceId == type(IAINFTDisputes).interfaceId ||
            interfaceId == type(IAINFTRoyalties).interfaceId ||
            interfaceId == type(IAINFTTraits).interfaceId ||
            interfaceId == type(IMetadataRefresh).interfaceId ||
            interfaceId == type(IERC2981).interfaceId ||
            interfaceId == type(IERC7496).interfaceId ||
            interfaceId == type(IERC7572).interfaceId ||
            interfaceId == ERC4906;
    }

    /// @dev What ERC-721 collections answer besides.
    function isOf721(bytes4 interfaceId) internal pure returns (bool) {
        return interfaceId == type(IERC4907).interfaceId || interfaceId == type(IERC5192).interfaceId;
    }

    /// @dev What ERC-1155 collections answer besides.
    function isOf1155(bytes4 interfaceId) internal pure returns (bool) {
        return interfaceId == type(IAINFT1155Curation).interfaceId;
    }

    /// @dev What collections of both standards answer besides when their tokens vote.
    function isOfVotes(bytes4 interfaceId) internal pure returns (bool) {
        return interfaceId == type(IVotes).interfaceId || interfaceId == type(IERC6372).interfaceId;
    }
}
