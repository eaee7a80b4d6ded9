// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {TrainingRecord} from "../types/TrainingRecord.sol";

/// @title EIP-712 hashing of training records and of the consent to be named in one
library TrainingHash {
    bytes32 internal constant RECORD_TYPEHASH =
        keccak256(
            "TrainingRecord(bytes32 parentManifest,bytes32 childManifest,bytes32 datasetDigest,bytes32 codeDigest,"
            "bytes32 metricsDigest,address contributor,uint64 trainedAt)"
        );

    bytes32 internal constant CONSENT_TYPEHASH =
        keccak256(
            "TrainingConsent(uint256 tokenId,uint64 index,TrainingRecord record)"
            "TrainingRecord(bytes32 parentManifest,bytes32 childManifest,bytes32 datasetDigest,bytes32 codeDigest,"
            "bytes32 metricsDigest,address contributor,uint64 trainedAt)"
        );

    /// @dev hashStruct of a record; this is its leaf in the training log.
    function leaf(TrainingRecord calldata record) internal pure returns (bytes32) {
        return keccak256(abi.encode(RECORD_TYPEHASH, record));
    }

    /// @dev hashStruct of the consent to stand at `index` of a token's log.
    function consent(uint256 tokenId, uint64 index, bytes32 recordHash) internal pure returns (bytes32) {
        return keccak256(abi.encode(CONSENT_TYPEHASH, tokenId, index, recordHash));
    }
}
