// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IInferenceOracle} from "../interfaces/IInferenceOracle.sol";
import {ReporterSet} from "./ReporterSet.sol";

/// @title Checks that exactly m reporters of a config signed a digest
/// @notice Attestation: config version (uint32), report deadline (uint64) and mask of signer indexes (uint32), big
/// endian and without gaps, then one entry for every reporter of the config, in ascending index: a 64-byte EIP-2098
/// signature where the bit of the mask is set, the reporter's 20-byte address where it is not. A duplicate signer cannot
/// be expressed.
/// @dev An attestation thereby names the whole set of reporters, and a hash of the set is all that a check has to read
/// (docs/decisions/0005).
library Quorum {
    using ReporterSet for bytes;

    uint256 private constant HEADER_LENGTH = 16;
    uint256 private constant SIGNATURE_LENGTH = 64;
    uint256 private constant ADDRESS_LENGTH = 20;
    /// Half the order of secp256k1, rounded down. Above it lies the second form of every signature.
    uint256 private constant HIGHEST_LOW_S = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0;

    // The header's fields as they stand. What a too short attestation reads as is never used: its length fails in
    // `isMet`. Each cast keeps the low bits that the shift moved there.

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

    /// @dev What the chain remembers of a config: the first 23 bytes of the hash over the length of its attestations and
    /// then its reporters, a word each. The number of words gives n, so that the length gives m: no two configs that may
    /// be set have the same bytes.
    function setHash(address[] calldata reporters, uint256 threshold) internal pure returns (bytes23) {
        return bytes23(keccak256(abi.encodePacked(_lengthFor(threshold, reporters.length), reporters)));
    }

    /// @dev Whether `attestation` is exactly a quorum over `digest` of the config whose set has the hash `expected`.
    /// Writes down the set that the attestation names, each signer as its signature recovers, and compares the hashes.
    /// Assembly, because this loop is most of what a delivery costs beyond the precompile (docs/decisions/0003).
    function isMet(bytes23 expected, bytes32 digest, bytes calldata attestation) internal view returns (bool met) {
        uint256 mask = _signerMask(attestation);
        assembly ("memory-safe") {
            let input := mload(0x40) // what the precompile reads: digest, v, r, s
            let set := add(input, 0x80) // what is hashed: the length, then a word a reporter
            let entry := add(input, 0xa0)
            let cursor := add(attestation.offset, HEADER_LENGTH)
            let end := add(attestation.offset, attestation.length)
            mstore(input, digest)
            mstore(set, attestation.length)
            for {} lt(cursor, end) {} {
                switch and(mask, 1)
                case 0 {
                    mstore(entry, shr(96, calldataload(cursor)))
                    cursor := add(cursor, ADDRESS_LENGTH)
                }
                default {
                    calldatacopy(add(input, 0x40), cursor, SIGNATURE_LENGTH)
                    cursor := add(cursor, SIGNATURE_LENGTH)
                    let s := mload(add(input, 0x60)) // under the parity of y, its highest bit
                    mstore(add(input, 0x20), add(shr(255, s), 27))
                    s := shr(1, shl(1, s))
                    mstore(add(input, 0x60), s)
                    // Where the precompile recovers nobody it writes nothing: the zero stands, and no reporter is zero.
                    mstore(entry, 0)
                    if iszero(gt(s, HIGHEST_LOW_S)) {
                        pop(staticcall(gas(), 1, input, 0x80, entry, 0x20))
                    }
                }
                mask := shr(1, mask)
                entry := add(entry, 0x20)
            }
            // The set is the one, every bit of the mask had its entry, and the last entry ends where the attestation does.
            let differs := shr(72, xor(keccak256(set, sub(entry, set)), expected))
            met := iszero(or(differs, or(mask, xor(cursor, end))))
        }
    }

    /// @dev Says why an attestation is no quorum of the config in `blob`. Always reverts.
    function explain(bytes memory blob, bytes32 digest, bytes calldata attestation) internal pure {
        uint256 threshold = blob.threshold();
        uint256 count = blob.count();
        if (threshold == 0) revert IInferenceOracle.InferenceOracleEmptyConfig();
        uint256 length = _lengthFor(threshold, count);
        if (attestation.length != length) {
            revert IInferenceOracle.InferenceOracleBadAttestationLength(length, attestation.length);
        }
        uint32 mask = _signerMask(attestation);
        if (uint256(mask) >> count != 0) revert IInferenceOracle.InferenceOracleUnknownSigner(mask, count);
        uint256 signers = 0;
        for (uint256 rest = mask; rest != 0; rest >>= 1) signers += rest & 1;
        if (signers != threshold) revert IInferenceOracle.InferenceOracleBadSignerCount(threshold, signers);
        _explainEntries(blob, digest, mask, attestation[HEADER_LENGTH:]);
        // Nothing is wrong with it, but the set that is kept is not the one that counts.
        revert IInferenceOracle.InferenceOracleConfigNotLive(configVersion(attestation));
    }

    /// @dev Reverts at the first entry that does not stand for its reporter. Lengths have been checked.
    function _explainEntries(bytes memory blob, bytes32 digest, uint32 mask, bytes calldata entries) private pure {
        for (uint256 index = 0; index < blob.count(); ++index) {
            address expected = blob.reporterAt(index);
            bool signed = (mask >> index) & 1 != 0;
            address actual = signed ? _recover(digest, entries) : address(bytes20(entries));
            entries = entries[signed ? SIGNATURE_LENGTH : ADDRESS_LENGTH:];
            if (actual == expected) continue;
            if (signed) revert IInferenceOracle.InferenceOracleInvalidSignature(index, expected, actual);
            revert IInferenceOracle.InferenceOracleWrongReporter(index, expected, actual);
        }
    }

    /// @dev Whom the signature at the front of `entries` recovers, by the rules of `isMet`; zero when it is nobody.
    function _recover(bytes32 digest, bytes calldata entries) private pure returns (address) {
        uint256 yParityAndS = uint256(bytes32(entries[32:]));
        uint256 s = (yParityAndS << 1) >> 1;
        if (s > HIGHEST_LOW_S) return address(0);
        return ecrecover(digest, uint8(27 + (yParityAndS >> 255)), bytes32(entries), bytes32(s));
    }

    function _lengthFor(uint256 threshold, uint256 count) private pure returns (uint256) {
        return HEADER_LENGTH + ADDRESS_LENGTH * count + (SIGNATURE_LENGTH - ADDRESS_LENGTH) * threshold;
    }
}
