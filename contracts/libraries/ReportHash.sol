// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Delivery, Request, Result} from "../types/Inference.sol";
import {StateUpdate} from "../types/StateUpdate.sol";
import {TraitValue} from "../types/Trait.sol";

/// @title Hashing of requests, leaves and reports
/// @notice Leaves carry their own typehash and are hashed twice, so neither a leaf of another kind nor an inner node of
/// a Merkle tree can pass for one.
library ReportHash {
    bytes32 internal constant REQUEST_TYPEHASH = keccak256(
        "Request(address requester,address collection,uint256 tokenId,bytes32 manifestDigest,bytes32 inputDigest,"
        "uint32 maxOutputBytes,uint8 delivery,uint8 agreement,uint64 deadline)"
    );

    bytes32 internal constant ANSWER_TYPEHASH = keccak256(
        "Answer(bytes32 requestHash,bytes32 resultDigest,uint32 size)"
    );

    bytes32 internal constant RESULT_TYPEHASH = keccak256(
        "Result(uint8 delivery,uint64 requestId,uint8 status,Answer answer)"
        "Answer(bytes32 requestHash,bytes32 resultDigest,uint32 size)"
    );

    bytes32 internal constant UPDATE_TYPEHASH = keccak256(
        "StateUpdate(address collection,uint256 tokenId,address actor,uint64 sequence,bytes32 manifestDigest,"
        "bytes32 inputDigest,bytes32 outputDigest,bytes32 stateDigest)"
    );

    bytes32 internal constant TRAIT_VALUE_TYPEHASH = keccak256("TraitValue(bytes32 key,bytes32 value)");

    bytes32 internal constant TRAIT_UPDATE_TYPEHASH = keccak256(
        "TraitUpdate(StateUpdate update,TraitValue[] traits)"
        "StateUpdate(address collection,uint256 tokenId,address actor,uint64 sequence,bytes32 manifestDigest,"
        "bytes32 inputDigest,bytes32 outputDigest,bytes32 stateDigest)TraitValue(bytes32 key,bytes32 value)"
    );

    bytes32 internal constant LASTING_ROOT_TYPEHASH = keccak256("LastingRoot(bytes32 root)");

    bytes32 internal constant REPORT_TYPEHASH = keccak256(
        "Report(uint32 configVersion,uint64 deadline,uint64 firstId,uint32 count,bytes32 root)"
    );

    /// @dev Hash of a request's content.
    function request(Request memory request_) internal pure returns (bytes32) {
        return keccak256(abi.encode(REQUEST_TYPEHASH, request_));
    }

    /// @dev Hash of what was answered. Fields as whole words: whoever calls has read them narrow.
    function answer(bytes32 requestHash, bytes32 resultDigest, uint256 size) internal pure returns (bytes32 hash) {
        bytes32 typehash = ANSWER_TYPEHASH;
        assembly ("memory-safe") {
            let pointer := mload(0x40)
            mstore(pointer, typehash)
            mstore(add(pointer, 0x20), requestHash)
            mstore(add(pointer, 0x40), resultDigest)
            mstore(add(pointer, 0x60), size)
            hash := keccak256(pointer, 0x80)
        }
    }

    /// @dev Leaf of a result with its delivery. Reading the fields refuses dirty high bits.
    function leaf(Result calldata result, Delivery delivery) internal pure returns (bytes32) {
        bytes32 answer_ = answer(result.requestHash, result.resultDigest, result.size);
        return leaf(uint256(delivery), result.requestId, uint256(result.status), answer_);
    }

    /// @dev Leaf of a result whose answer is hashed already. Fields as whole words, as above.
    function leaf(
        uint256 delivery,
        uint256 requestId,
        uint256 status,
        bytes32 answer_
    ) internal pure returns (bytes32 hash) {
        bytes32 typehash = RESULT_TYPEHASH;
        assembly ("memory-safe") {
            let pointer := mload(0x40)
            mstore(pointer, typehash)
            mstore(add(pointer, 0x20), delivery)
            mstore(add(pointer, 0x40), requestId)
            mstore(add(pointer, 0x60), status)
            mstore(add(pointer, 0x80), answer_)
            mstore(0x00, keccak256(pointer, 0xa0))
            hash := keccak256(0x00, 0x20)
        }
    }

    /// @dev Leaves of a batch whose results all are OK, with one delivery, written to `place` and the words before it, in
    /// their order. Assembly, because a batch pays for each leaf, and what does not change between them is written once
    /// (docs/decisions/0008).
    function writeLeaves(uint256 place, Delivery delivery, uint256 firstId, bytes32[] calldata answers) internal pure {
        bytes32 typehash = RESULT_TYPEHASH;
        assembly ("memory-safe") {
            let pointer := mload(0x40)
            mstore(pointer, typehash)
            mstore(add(pointer, 0x20), delivery)
            mstore(add(pointer, 0x60), 0) // OK
            let word := answers.offset
            let end := add(word, shl(5, answers.length))
            place := add(place, word) // less the word, it is where the next leaf belongs
            for {} iszero(eq(word, end)) {} {
                mstore(add(pointer, 0x40), firstId)
                mstore(add(pointer, 0x80), calldataload(word))
                mstore(0x00, keccak256(pointer, 0xa0))
                mstore(sub(place, word), keccak256(0x00, 0x20))
                firstId := add(firstId, 1)
                word := add(word, 0x20)
            }
        }
    }

    /// @dev Leaf of an update: eight static words, hashed as they stand in calldata (see the leaf of a result).
    function leaf(StateUpdate calldata update) internal pure returns (bytes32 hash) {
        bytes32 typehash = UPDATE_TYPEHASH;
        assembly ("memory-safe") {
            let pointer := mload(0x40)
            mstore(pointer, typehash)
            calldatacopy(add(pointer, 0x20), update, 0x100)
            mstore(0x00, keccak256(pointer, 0x120))
            hash := keccak256(0x00, 0x20)
        }
    }

    /// @dev Leaf of an update with the traits that change with it.
    function leaf(StateUpdate calldata update, TraitValue[] calldata traits) internal pure returns (bytes32) {
        bytes32[] memory values = new bytes32[](traits.length);
        for (uint256 i = 0; i < traits.length; ++i) values[i] = keccak256(abi.encode(TRAIT_VALUE_TYPEHASH, traits[i]));
        bytes32 updateHash = keccak256(abi.encode(UPDATE_TYPEHASH, update));
        bytes32 traitsHash = keccak256(abi.encodePacked(values));
        return keccak256(abi.encode(keccak256(abi.encode(TRAIT_UPDATE_TYPEHASH, updateHash, traitsHash))));
    }

    /// @dev What a report says instead of a root that is to be committed: it counts for ever, so nobody must be able to
    /// commit a report that was signed to be delivered until its deadline.
    function lastingRoot(bytes32 root) internal pure returns (bytes32) {
        return keccak256(abi.encode(LASTING_ROOT_TYPEHASH, root));
    }

    /// @dev EIP-712 hashStruct of a report. Whole words, because every field is one in the encoding.
    function hashStruct(
        uint256 configVersion,
        uint256 deadline,
        uint256 firstId,
        uint256 count,
        bytes32 root
    ) internal pure returns (bytes32 hash) {
        bytes32 typehash = REPORT_TYPEHASH;
        assembly ("memory-safe") {
            let pointer := mload(0x40)
            mstore(pointer, typehash)
            mstore(add(pointer, 0x20), configVersion)
            mstore(add(pointer, 0x40), deadline)
            mstore(add(pointer, 0x60), firstId)
            mstore(add(pointer, 0x80), count)
            mstore(add(pointer, 0xa0), root)
            hash := keccak256(pointer, 0xc0)
        }
    }
}
