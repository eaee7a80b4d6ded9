// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Ownable2StepUpgradeable} from "@openzeppelin/contracts-upgradeable/access/Ownable2StepUpgradeable.sol";
import {IAINFTCollection} from "../interfaces/IAINFTCollection.sol";

/// @title Which oracle a collection obeys
abstract contract OracleLink is IAINFTCollection, Ownable2StepUpgradeable {
    /// @custom:storage-location erc7201:ainft.storage.OracleLink
    struct OracleLinkStorage {
        address oracle;
        bool locked;
    }

    // keccak256(abi.encode(uint256(keccak256("ainft.storage.OracleLink")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant ORACLE_LINK_STORAGE = 0xff54aa186c6e8dbb346dbb7e73548e8e63784925d3551374e4fd71df6d5eb200;

    /// @inheritdoc IAINFTCollection
    function setOracle(address newOracle) external onlyOwner {
        OracleLinkStorage storage $ = _oracleLink();
        if ($.locked) revert AINFTOracleLocked($.oracle);
        if ($.oracle == newOracle) revert AINFTOracleUnchanged(newOracle);
        _setOracle(newOracle);
    }

    /// @inheritdoc IAINFTCollection
    function lockOracle() external onlyOwner {
        OracleLinkStorage storage $ = _oracleLink();
        if ($.locked) revert AINFTOracleLocked($.oracle);
        $.locked = true;
        emit OracleLocked($.oracle);
    }

    /// @inheritdoc IAINFTCollection
    function oracle() public view returns (address) {
        return _oracleLink().oracle;
    }

    /// @inheritdoc IAINFTCollection
    function isOracleLocked() external view returns (bool) {
        return _oracleLink().locked;
    }

    function _setOracle(address newOracle) internal {
        OracleLinkStorage storage $ = _oracleLink();
        address previous = $.oracle;
        $.oracle = newOracle;
        emit OracleChanged(previous, newOracle);
    }

    function _oracleLink() private pure returns (OracleLinkStorage storage $) {
        assembly ("memory-safe") {
            $.slot := ORACLE_LINK_STORAGE
        }
    }
}
