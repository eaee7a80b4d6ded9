// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IOracleLink} from "../interfaces/IOracleLink.sol";

/// @title Where a collection keeps which oracle it obeys
abstract contract OracleStore {
    /// @custom:storage-location erc7201:ainft.storage.OracleLink
    struct OracleLinkStorage {
        address oracle;
        bool locked;
    }

    // keccak256(abi.encode(uint256(keccak256("ainft.storage.OracleLink")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant ORACLE_LINK_STORAGE = 0xff54aa186c6e8dbb346dbb7e73548e8e63784925d3551374e4fd71df6d5eb200;

    function _setOracle(address newOracle) internal {
        OracleLinkStorage storage $ = _oracleLink();
        address previous = $.oracle;
        $.oracle = newOracle;
        emit IOracleLink.OracleChanged(previous, newOracle);
    }

    function _oracleLink() internal pure returns (OracleLinkStorage storage $) {
        assembly ("memory-safe") {
            $.slot := ORACLE_LINK_STORAGE
        }
    }
}
