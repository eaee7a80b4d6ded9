// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IInferenceOracle} from "../interfaces/IInferenceOracle.sol";
import {ReporterSet} from "./ReporterSet.sol";

/// @title Checks that exactly m reporters of a config signed a digest
/// @notice Attestation: config version (uint32), report deadline (uint64) and mask of signer indexes (uint32), big
/// endian and without gaps, then one 64-byte EIP-2098 signature for every set bit of the mask, in ascending index. A
/// duplicate signer cannot be expressed.
library Quorum {
    using ReporterSet for bytes;

    uint256 private constant HEADER_LENGTH = 16;
    uint256 private constant SIGNATURE_LENGTH = 64;

    // The header's fields as they stand. What a too short attestation reads as is never used: its length fails in
    // `check`. Each cast keeps the low bits that the shift moved there.

    function configVersion(bytes calldata attestation) internal pure returns (uint32) {
        return uint32(_header(attestation) >> 224);
    }

    function deadline(bytes calldata attestation) internal pure returns (uint64) {
        return uint64(_header(attestation) >> 160);
    }

    function _signerMask(bytes calldata attestation) private pure returns (uint32) {
        return uint32(_header(attestation) >> 128);
    }

    function _header(bytes calldata attestation) private pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := calldataload(attestation.offset)
        }
    }

    /// @dev Reverts unless `attestation` is exactly a quorum of the config in `blob` over `digest`.
    function check(bytes memory blob, bytes32 digest, bytes calldata attestation) internal view {
        uint256 threshold = blob.threshold();
        if (threshold == 0) revert IInferenceOracle.InferenceOracleEmptyConfig();
        unchecked {
            // A threshold is one byte, so the sum is below 2 ** 15.
            uint256 length = HEADER_LENGTH + SIGNATURE_LENGTH * threshold;
            if (attestation.length != length) {
                revert IInferenceOracle.InferenceOracleBadAttestationLength(length, attestation.length);
            }
        }
        uint32 mask = _signerMask(attestation);
        if (uint256(mask) >> blob.count() != 0) {
            revert IInferenceOracle.InferenceOracleUnknownSigner(mask, blob.count());
        }
        uint256 stoppedAt = _walk(blob, digest, mask, attestation);
        if (stoppedAt != 0) _explain(blob, mask, stoppedAt);
    }

    /// @dev Checks one signature for every set bit of the mask. Zero when every bit had its signature and every signature
    /// its bit; otherwise the place in memory of the reporter at which it stopped, with the recovered key in scratch
    /// memory. With more bits than signatures it reads past the attestation: whatever stands there, the end is missed.
    /// Assembly, because this loop is most of what a delivery costs beyond the precompile (docs/decisions/0003).
    function _walk(
        bytes memory blob,
        bytes32 digest,
        uint256 mask,
        bytes calldata attestation
    ) private view returns (uint256 entry) {
        assembly ("memory-safe") {
            let input := mload(0x40)
            mstore(input, digest)
            let signature := add(attestation.offset, 16) // after the header
            entry := add(blob, 0x23) // after the length word and the 3 header bytes
            for {} mask {
                mask := shr(1, mask)
                entry := add(entry, 20)
            } {
                if iszero(and(mask, 1)) {
                    continue
                }
                let s := calldataload(add(signature, 0x20))
                mstore(add(input, 0x20), add(shr(255, s), 27))
                s := and(s, 0x7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff)
                mstore(add(input, 0x40), calldataload(signature))
                mstore(add(input, 0x60), s)
                mstore(0x00, 0)
                // Above secp256k1n / 2 lies the second form of every signature: leave the zero.
                if lt(s, 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a1) {
                    // The precompile returns nothing when it recovers nobody: the zero stands, and no reporter is zero.
                    pop(staticcall(gas(), 1, input, 0x80, 0x00, 0x20))
                }
                if xor(mload(0x00), shr(96, mload(entry))) {
                    break
                }
                signature := add(signature, 0x40)
            }
            if iszero(or(mask, xor(signature, add(attestation.offset, attestation.length)))) {
                entry := 0
            }
        }
    }

    /// @dev Says why a walk stopped: the mask names other than m signers, or one of m signatures is wrong.
    function _explain(bytes memory blob, uint32 mask, uint256 entry) private pure {
        uint256 index;
        address expected;
        address recovered;
        assembly ("memory-safe") {
            index := div(sub(entry, add(blob, 0x23)), 20)
            expected := shr(96, mload(entry))
            recovered := mload(0x00)
        }
        uint256 signers = 0;
        for (uint256 rest = mask; rest != 0; rest >>= 1) signers += rest & 1;
        if (signers != blob.threshold()) {
            revert IInferenceOracle.InferenceOracleBadSignerCount(blob.threshold(), signers);
        }
        revert IInferenceOracle.InferenceOracleInvalidSignature(index, expected, recovered);
    }
}
