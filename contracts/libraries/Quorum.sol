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

    /// @dev The header as it stands. What a too short attestation reads as is never used: its length fails in `check`.
    function header(
        bytes calldata attestation
    ) internal pure returns (uint32 configVersion, uint64 deadline, uint32 mask) {
        uint256 word;
        assembly ("memory-safe") {
            word := calldataload(attestation.offset)
        }
        // Each cast keeps the low bits that the shift moved there.
        configVersion = uint32(word >> 224);
        deadline = uint64(word >> 160);
        mask = uint32(word >> 128);
    }

    /// @dev Reverts unless `attestation` is exactly a quorum of the config in `blob` over `digest`.
    function check(bytes memory blob, bytes32 digest, uint32 mask, bytes calldata attestation) internal view {
        uint256 threshold = blob.threshold();
        if (threshold == 0) revert IInferenceOracle.InferenceOracleEmptyConfig();
        unchecked {
            // A threshold is one byte, so the sum is below 2 ** 15.
            uint256 length = HEADER_LENGTH + SIGNATURE_LENGTH * threshold;
            if (attestation.length != length) {
                revert IInferenceOracle.InferenceOracleBadAttestationLength(length, attestation.length);
            }
        }
        uint256 signers = _popcount(mask);
        if (signers != threshold) revert IInferenceOracle.InferenceOracleBadSignerCount(threshold, signers);
        if (uint256(mask) >> blob.count() != 0) {
            revert IInferenceOracle.InferenceOracleUnknownSigner(mask, blob.count());
        }
        _checkSignatures(blob, digest, mask, attestation);
    }

    /// @dev The mask has exactly one bit for every signature, and every bit is below the number of reporters.
    /// Assembly, because this loop is most of what a delivery costs beyond the precompile (docs/decisions/0003).
    function _checkSignatures(
        bytes memory blob,
        bytes32 digest,
        uint256 mask,
        bytes calldata attestation
    ) private view {
        uint256 index = 0;
        address reporter;
        address recovered;
        assembly ("memory-safe") {
            let input := mload(0x40)
            mstore(input, digest)
            let signature := add(attestation.offset, 16) // after the header
            let entry := add(blob, 0x23) // after the length word and the 3 header bytes
            for {} mask {} {
                if and(mask, 1) {
                    let vs := calldataload(add(signature, 0x20))
                    let s := and(vs, 0x7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff)
                    mstore(add(input, 0x20), add(shr(255, vs), 27))
                    mstore(add(input, 0x40), calldataload(signature))
                    mstore(add(input, 0x60), s)
                    mstore(0x00, 0)
                    // Above secp256k1n / 2 lies the second form of every signature: leave the zero.
                    if lt(s, 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a1) {
                        // The precompile returns nothing when it recovers nobody: the zero stands.
                        pop(staticcall(gas(), 1, input, 0x80, 0x00, 0x20))
                    }
                    recovered := mload(0x00)
                    reporter := shr(96, mload(entry))
                    if xor(recovered, reporter) { break }
                    signature := add(signature, 0x40)
                }
                mask := shr(1, mask)
                entry := add(entry, 20)
                index := add(index, 1)
            }
        }
        // No reporter is zero, so a signature that recovers nobody never matches.
        if (recovered != reporter) {
            revert IInferenceOracle.InferenceOracleInvalidSignature(index, reporter, recovered);
        }
    }

    /// @dev Number of set bits: pairs, nibbles and bytes are summed side by side.
    function _popcount(uint256 x) private pure returns (uint256) {
        unchecked {
            // The mask is 32 bits, so no sum of a field exceeds its width.
            x = x - ((x >> 1) & 0x55555555);
            x = (x & 0x33333333) + ((x >> 2) & 0x33333333);
            x = (x + (x >> 4)) & 0x0F0F0F0F;
            return ((x * 0x01010101) >> 24) & 0xFF;
        }
    }
}
