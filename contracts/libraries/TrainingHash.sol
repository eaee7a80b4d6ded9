// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IAINFTEvents} from "../interfaces/IAINFTEvents.sol";
import {TrainingRecord} from "../types/TrainingRecord.sol";

/// @title Training records: their EIP-712 hashes, the consents to be named in them, and their event
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

    bytes32 internal constant BATCH_CONSENT_TYPEHASH = keccak256(
        "TrainingBatchConsent(uint256 tokenId,uint64 firstIndex,address contributor,bytes32[] leaves)"
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

    /// @dev What stands in the log for a record whose fields nobody looked at: bound to the contributor who consented,
    /// so that it can never prove a record in anybody else's name. Two words, as no other leaf or node.
    function blindLeaf(address contributor, bytes32 recordHash) internal pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            mstore(0x00, contributor)
            mstore(0x20, recordHash)
            hash := keccak256(0x00, 0x40)
        }
    }

    /// @dev Puts the blind leaf in place of every record's hash.
    function blindAll(address contributor, bytes32[] memory recordHashes) internal pure {
        assembly ("memory-safe") {
            mstore(0x00, contributor)
            let cursor := add(recordHashes, 0x20)
            let end := add(cursor, shl(5, mload(recordHashes)))
            for {} lt(cursor, end) {
                cursor := add(cursor, 0x20)
            } {
                mstore(0x20, mload(cursor))
                mstore(cursor, keccak256(0x00, 0x40))
            }
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

    /// @dev hashStruct of the consent to stand in a token's log from `firstIndex` on with every one of the leaves.
    function batchConsent(
        uint256 tokenId,
        uint64 firstIndex,
        address contributor,
        bytes32[] memory leaves
    ) internal pure returns (bytes32) {
        bytes32 leavesHash = keccak256(abi.encodePacked(leaves));
        return keccak256(abi.encode(BATCH_CONSENT_TYPEHASH, tokenId, firstIndex, contributor, leavesHash));
    }

    /// @dev Emits what is kept of a record.
    function emitRecorded(uint256 tokenId, uint64 index, TrainingRecord calldata record) internal {
        emit IAINFTEvents.TrainingRecorded(
            tokenId,
            index,
            record.contributor,
            record.parentManifest,
            record.childManifest,
            record.datasetDigest,
            record.codeDigest,
            record.metricsDigest,
            record.trainedAt
        );
    }
}
