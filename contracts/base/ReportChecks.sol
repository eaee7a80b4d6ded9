// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {IAttestationVerifier} from "../interfaces/IAttestationVerifier.sol";
import {IInferenceOracle} from "../interfaces/IInferenceOracle.sol";
import {Quorum} from "../libraries/Quorum.sol";
import {ReportHash} from "../libraries/ReportHash.sol";
import {ReporterSet} from "../libraries/ReporterSet.sol";
import {Report} from "../types/Inference.sol";
import {ReporterConfigs} from "./ReporterConfigs.sol";

/// @title Whether a quorum signed a report
abstract contract ReportChecks is ReporterConfigs, EIP712 {
    using Quorum for bytes;

    /// Request ids count from 1, so a report whose first id is 0 is about updates.
    uint64 internal constant UPDATES = 0;

    /// @inheritdoc IAttestationVerifier
    function isValidReport(Report calldata report, bytes calldata attestation) external view returns (bool) {
        bytes23 setHash = _liveSet(report.configVersion);
        bool isOfReport =
            attestation.configVersion() == report.configVersion && attestation.deadline() == report.deadline;
        if (!isOfReport) return false;
        _checkDeadline(report.deadline);
        return Quorum.isMet(setHash, _digestOf(report), attestation);
    }

    /// @inheritdoc IInferenceOracle
    function previewDigest(Report calldata report) external view returns (bytes32) {
        return _digestOf(report);
    }

    /// @dev Reverts unless the attestation is a quorum's of the config that it names. The caller has looked up the
    /// config's set, so the config counts.
    function _checkReport(
        bytes23 setHash,
        uint64 firstId,
        uint256 count,
        bytes32 root,
        bytes calldata attestation
    ) internal view {
        uint64 deadline = attestation.deadline();
        _checkDeadline(deadline);
        uint32 configVersion = attestation.configVersion();
        bytes32 digest = _hashTypedDataV4(ReportHash.hashStruct(configVersion, deadline, firstId, count, root));
        if (Quorum.isMet(setHash, digest, attestation)) return;
        Quorum.explain(ReporterSet.load(configVersion), digest, attestation);
    }

    function _checkDeadline(uint64 deadline) private view {
        if (deadline < block.timestamp) revert InferenceOracleReportExpired(deadline, block.timestamp);
        unchecked {
            // Block times are far below 2 ** 64.
            uint256 latest = block.timestamp + MAX_LIFETIME;
            if (deadline > latest) revert InferenceOracleReportTooLong(deadline, latest);
        }
    }

    function _digestOf(Report calldata report) private view returns (bytes32) {
        return
            _hashTypedDataV4(
                ReportHash.hashStruct(report.configVersion, report.deadline, report.firstId, report.count, report.root)
            );
    }
}
