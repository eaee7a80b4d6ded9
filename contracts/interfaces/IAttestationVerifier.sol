// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Report} from "../types/Inference.sol";

/// @title Says whether a quorum signed a report
/// @notice The one question that contracts beside the oracle ask about signatures, so that none of them needs to know
/// how an attestation is laid out.
interface IAttestationVerifier {
    /// @notice Whether the attestation is a full quorum's over exactly this report, under a config that counts now.
    /// @dev False, or a revert that says why, for whatever is no quorum's, for a report after its deadline, and for one
    /// whose config was revoked or replaced: keys are revoked because they leaked.
    /// @param report What was signed.
    /// @param attestation The quorum's signatures, in the oracle's own format.
    function isValidReport(Report calldata report, bytes calldata attestation) external view returns (bool);
}
