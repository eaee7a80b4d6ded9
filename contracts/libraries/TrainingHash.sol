// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {TrainingRecord} from "../types/TrainingRecord.sol";

/// @title EIP-712 hashing of training records and of the consent to be named in one
library TrainingHash {
    bytes32 internal constant RECORD_TYPEHASH = keccak256(
        "TrainingRecord(bytes32 parentManifest,bytes32 childManifest,bytes32 datasetDigest,bytes32 codeDigest,"
        "bytes32 metricsDigest,address contributor,uint64 trainedAt)"
    );

    bytes32 internal constant CONSENT_TYPEHASH = keccak256(
        "TrainingConsent(uint256 tokenId,uint64 index,TrainingRecord record)"
        "TrainingRecord(bytes32 parentManifest,bytes32 childManifest,bytes32 datasetDigest,bytes32 codeDigest,"
        "bytes32 metricsDigest,address contributor,uint64 trainedAt)"
    );

    /// @dev hashStruct of a record; this is its leaf in the training log. Seven static words, hashed as they stand in
    /// calldata: callers that write read each narrow field, which refuses dirty high bits.
    function leaf(TrainingRecord calldata record) internal pure returns (bytes32 hash) {
        bytes32 typehash = RECORD_TYPEHASH;
        assembly ("memory-safe") {
            let pointer := mload(0x40)
            mstore(pointer, typehash)
            calldatacopy(add(pointer, 0x20), record, 0xe0)
            hash := keccak256(pointer, 0x100)
        }
    }

    /// @dev hashStruct of the consent to stand at `index` of a token's log. Whole words, as in the encoding.
    function consent(uint256 tokenId, uint256 index, bytes32 recordHash) internal pure returns (bytes32 hash) {
        bytes32 typehash = CONSENT_TYPEHASH;
        assembly ("memory-safe") {
            let pointer := mload(0x40)
            mstore(pointer, typehash)
            mstore(add(pointer, 0x20), tokenId)
            mstore(add(pointer, 0x40), index)
            mstore(add(pointer, 0x60), recordHash)
            hash := keccak256(pointer, 0x80)
        }
    }
}
