// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {IInferenceOracle} from "../interfaces/IInferenceOracle.sol";
import {Quorum} from "../libraries/Quorum.sol";
import {ReporterSet} from "../libraries/ReporterSet.sol";

/// @title Which reporters count now, and how many requests there are
/// @dev Both answers share one slot, because every delivery needs both. At most two configs are live: the newest one,
/// and the one before it during its grace period. A config that stopped counting has no hash here.
abstract contract ReporterConfigs is IInferenceOracle, Ownable2Step {
    using ReporterSet for bytes;

    /// @dev Narrow counters leave 23 bytes to the hash: nobody can reach 2 ** 48 requests, and only the owner sets configs.
    struct Status {
        uint48 requestCount;
        /// Number of the newest config, revoked or not, so that no number is given twice.
        uint24 newestConfig;
        /// Hash of the newest config's set; zero before the first config and once it is revoked.
        bytes23 setHash;
    }

    struct PreviousConfig {
        uint24 configVersion;
        uint48 validUntil;
        bytes23 setHash;
    }

    /// @inheritdoc IInferenceOracle
    uint256 public constant MAX_LIFETIME = 7 days;

    Status private _status;
    PreviousConfig private _previous;
    /// Config numbers whose roots count no more; a config that is not live may be among them or not.
    mapping(uint32 configVersion => bool) private _revoked;

    /// @inheritdoc IInferenceOracle
    function setConfig(
        address[] calldata reporters,
        uint8 threshold,
        uint48 grace
    ) external onlyOwner returns (uint32 configVersion) {
        _validateConfig(reporters, threshold);
        if (grace > MAX_LIFETIME) revert InferenceOracleGraceTooLong(grace, MAX_LIFETIME);
        Status memory status = _status;
        PreviousConfig memory previous;
        if (status.setHash != 0) {
            previous = PreviousConfig(status.newestConfig, uint48(block.timestamp) + grace, status.setHash);
        }
        _previous = previous;
        configVersion = ++status.newestConfig;
        status.setHash = Quorum.setHash(reporters, threshold);
        _status = status;
        ReporterSet.store(configVersion, reporters, threshold);
        emit ConfigSet(configVersion, threshold, reporters, previous.validUntil);
    }

    /// @inheritdoc IInferenceOracle
    function revokeConfig(uint32 configVersion) external onlyOwner {
        uint32 newest = _status.newestConfig;
        if (configVersion == 0 || configVersion > newest || _revoked[configVersion]) {
            revert InferenceOracleNotRevocable(configVersion);
        }
        _revoked[configVersion] = true;
        if (configVersion == newest) _status.setHash = 0;
        else if (configVersion == _previous.configVersion) delete _previous;
        emit ConfigRevoked(configVersion);
    }

    /// @dev Without an owner, nobody could revoke the config of a leaked key.
    function renounceOwnership() public view override onlyOwner {
        revert InferenceOracleOwnerNeeded();
    }

    /// @inheritdoc IInferenceOracle
    function requestCount() external view returns (uint64) {
        return _status.requestCount;
    }

    /// @inheritdoc IInferenceOracle
    function currentConfig() external view returns (uint32) {
        return _status.setHash == 0 ? 0 : _status.newestConfig;
    }

    /// @inheritdoc IInferenceOracle
    function configOf(
        uint32 configVersion
    ) external view returns (address[] memory reporters, uint8 threshold, bool live) {
        if (configVersion == 0 || configVersion > _status.newestConfig) {
            revert InferenceOracleConfigNotLive(configVersion);
        }
        bytes memory blob = ReporterSet.load(configVersion);
        reporters = new address[](blob.count());
        for (uint256 i = 0; i < reporters.length; ++i) reporters[i] = blob.reporterAt(i);
        threshold = uint8(blob.threshold()); // stored as one byte
        live = _setIfLive(configVersion) != 0;
    }

    function _isRevoked(uint32 configVersion) internal view returns (bool) {
        return _revoked[configVersion];
    }

    /// @dev Id of the newest request; ids beyond it do not exist.
    function _newestRequest() internal view returns (uint64) {
        return _status.requestCount;
    }

    function _nextRequestId() internal returns (uint64) {
        return ++_status.requestCount;
    }

    /// @dev One slot answers both: the request exists, and the config counts.
    function _liveSetFor(uint64 requestId, uint32 configVersion) internal view returns (bytes23 setHash) {
        uint64 newest = _status.requestCount;
        if (requestId == 0 || requestId > newest) revert InferenceOracleUnknownRequest(requestId, newest);
        return _liveSet(configVersion);
    }

    /// @dev Hash of the config's set. Reverts when the config does not count.
    function _liveSet(uint32 configVersion) internal view returns (bytes23 setHash) {
        setHash = _setIfLive(configVersion);
        if (setHash == 0) revert InferenceOracleConfigNotLive(configVersion);
    }

    /// @dev Zero for every config that does not count. The second slot is read only for another than the newest config.
    function _setIfLive(uint32 configVersion) private view returns (bytes23) {
        if (configVersion == _status.newestConfig) return _status.setHash;
        bool inGrace = configVersion == _previous.configVersion && block.timestamp < _previous.validUntil;
        return inGrace ? _previous.setHash : bytes23(0);
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
