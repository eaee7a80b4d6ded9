// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IAttestationVerifier} from "../interfaces/IAttestationVerifier.sol";
import {Report} from "../types/Inference.sol";

/// @notice Pretends to be an oracle that fulfilled what its author says and accepts exactly the reports it was told.
contract AttestationVerifierMock is IAttestationVerifier {
    mapping(uint64 requestId => bool) private _fulfilled;
    mapping(bytes32 reportAndAttestation => bool) private _accepted;

    function fulfil(uint64 requestId) external {
        _fulfilled[requestId] = true;
    }

    function accept(Report calldata report, bytes calldata attestation, bool accepted) external {
        _accepted[keccak256(abi.encode(report, attestation))] = accepted;
    }

    function isFulfilled(uint64 requestId) external view returns (bool) {
        return _fulfilled[requestId];
    }

    function isValidReport(Report calldata report, bytes calldata attestation) external view returns (bool) {
        return _accepted[keccak256(abi.encode(report, attestation))];
    }
}
