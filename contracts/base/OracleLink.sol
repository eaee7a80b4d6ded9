// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Ownable2StepUpgradeable} from "@openzeppelin/contracts-upgradeable/access/Ownable2StepUpgradeable.sol";
import {IOracleLink} from "../interfaces/IOracleLink.sol";
import {OracleStore} from "./OracleStore.sol";

/// @title Choosing the oracle that a collection obeys
abstract contract OracleLink is IOracleLink, Ownable2StepUpgradeable, OracleStore {
    /// @inheritdoc IOracleLink
    function setOracle(address newOracle) external onlyOwner {
        OracleLinkStorage storage $ = _oracleLink();
        if ($.locked) revert AINFTOracleLocked($.oracle);
        if ($.oracle == newOracle) revert AINFTOracleUnchanged(newOracle);
        _setOracle(newOracle);
    }

    /// @inheritdoc IOracleLink
    function lockOracle() external onlyOwner {
        OracleLinkStorage storage $ = _oracleLink();
        if ($.locked) revert AINFTOracleLocked($.oracle);
        $.locked = true;
        emit OracleLocked($.oracle);
    }

    /// @inheritdoc IOracleLink
    function oracle() external view returns (address) {
        return _oracleLink().oracle;
    }

    /// @inheritdoc IOracleLink
    function isOracleLocked() external view returns (bool) {
        return _oracleLink().locked;
    }
}
