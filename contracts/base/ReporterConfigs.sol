// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {IInferenceOracle} from "../interfaces/IInferenceOracle.sol";
import {ReporterSet} from "../libraries/ReporterSet.sol";

/// @title Which reporters count now, and how many requests there are
/// @dev Both answers share one slot, because every delivery needs both. At most two configs are live: the current one,
/// and the one before it during its grace period.
abstract contract ReporterConfigs is IInferenceOracle, Ownable2Step {
    using ReporterSet for bytes;

    struct Status {
        uint64 requestCount;
        uint32 configCount;
        uint32 currentConfig;
        uint32 previousConfig;
        uint48 previousValidUntil;
    }

    /// @inheritdoc IInferenceOracle
    uint256 public constant MAX_LIFETIME = 7 days;

    Status private _status;

    /// @inheritdoc IInferenceOracle
    function setConfig(
        address[] calldata reporters,
        uint8 threshold,
        uint48 grace
    ) external onlyOwner returns (uint32 configVersion) {
        _validateConfig(reporters, threshold);
        if (grace > MAX_LIFETIME) revert InferenceOracleGraceTooLong(grace, MAX_LIFETIME);
        Status memory status = _status;
        configVersion = ++status.configCount;
        status.previousConfig = status.currentConfig;
        status.previousValidUntil = uint48(block.timestamp) + grace;
        status.currentConfig = configVersion;
        _status = status;
        ReporterSet.store(configVersion, reporters, threshold);
        emit ConfigSet(configVersion, threshold, reporters, status.previousValidUntil);
    }

    /// @inheritdoc IInferenceOracle
    function revokeConfig(uint32 configVersion) external onlyOwner {
        _checkLive(configVersion);
        if (configVersion == _status.currentConfig) _status.currentConfig = 0;
        else _status.previousConfig = 0;
        emit ConfigRevoked(configVersion);
    }

    /// @inheritdoc IInferenceOracle
    function requestCount() external view returns (uint64) {
        return _status.requestCount;
    }

    /// @inheritdoc IInferenceOracle
    function currentConfig() external view returns (uint32) {
        return _status.currentConfig;
    }

    /// @inheritdoc IInferenceOracle
    function configOf(
        uint32 configVersion
    ) external view returns (address[] memory reporters, uint8 threshold, bool live) {
        if (configVersion == 0 || configVersion > _status.configCount) {
            revert InferenceOracleConfigNotLive(configVersion);
        }
        bytes memory blob = ReporterSet.load(configVersion);
        reporters = new address[](blob.count());
        for (uint256 i = 0; i < reporters.length; ++i) reporters[i] = blob.reporterAt(i);
        threshold = uint8(blob.threshold()); // stored as one byte
        (, live) = _statusFor(configVersion);
    }

    function _nextRequestId() internal returns (uint64) {
        return ++_status.requestCount;
    }

    /// @dev One slot answers both: the request exists, and the config counts.
    function _checkOpen(uint64 requestId, uint32 configVersion) internal view {
        (uint64 newest, bool live) = _statusFor(configVersion);
        if (requestId == 0 || requestId > newest) revert InferenceOracleUnknownRequest(requestId, newest);
        if (!live) revert InferenceOracleConfigNotLive(configVersion);
    }

    function _checkLive(uint32 configVersion) internal view {
        (, bool live) = _statusFor(configVersion);
        if (!live) revert InferenceOracleConfigNotLive(configVersion);
    }

    function _statusFor(uint32 configVersion) private view returns (uint64 newest, bool live) {
        Status storage status = _status;
        newest = status.requestCount;
        uint32 current = status.currentConfig;
        uint32 previous = status.previousConfig;
        uint48 validUntil = status.previousValidUntil;
        live = configVersion == current || (configVersion == previous && block.timestamp < validUntil);
        if (configVersion == 0) live = false; // zero stands for "none" in both places
    }

    function _validateConfig(address[] calldata reporters, uint8 threshold) private pure {
        uint256 count = reporters.length;
        if (count == 0 || count > ReporterSet.MAX_REPORTERS) revert InferenceOracleBadReporterCount(count);
        if (threshold == 0 || threshold > count) revert InferenceOracleBadThreshold(threshold, count);
        address previous = address(0);
        for (uint256 i = 0; i < count; ++i) {
            if (reporters[i] <= previous) revert InferenceOracleReportersNotAscending(previous, reporters[i]);
            previous = reporters[i];
        }
    }
}
