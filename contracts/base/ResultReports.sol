// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IInferenceBatches} from "../interfaces/IInferenceBatches.sol";
import {IInferenceOracle} from "../interfaces/IInferenceOracle.sol";
import {Quorum} from "../libraries/Quorum.sol";
import {ReportHash} from "../libraries/ReportHash.sol";
import {ReportTree} from "../libraries/ReportTree.sol";
import {Delivery, Outcome, Result, ResultStatus} from "../types/Inference.sol";
import {ReportChecks} from "./ReportChecks.sol";
import {Requests} from "./Requests.sol";

/// @title Delivering results, one by one or by the batch
abstract contract ResultReports is ReportChecks, Requests {
    using Quorum for bytes;
    using ReportTree for bytes32[];

    /// 256 requests, a bit each; a struct so that its slot is computed once.
    struct Word {
        uint256 bits;
    }

    /// @inheritdoc IInferenceBatches
    uint256 public constant MAX_BATCH = 256;

    uint256 private constant STATUS_COUNT = uint256(type(ResultStatus).max) + 1;

    /// One bit a request: set once it has its result, never cleared.
    mapping(uint256 wordIndex => Word) private _done;
    /// One bit a request: set beside the other when the quorum signed a failure.
    mapping(uint256 wordIndex => Word) private _failed;

    /// @inheritdoc IInferenceOracle
    function fulfill(bytes calldata attestation, Result calldata result) external {
        _fulfill(attestation, result, Delivery.DIGEST);
    }

    /// @inheritdoc IInferenceOracle
    function fulfillInline(bytes calldata attestation, Result calldata result, bytes calldata output) external {
        _checkOutput(result, output);
        _fulfill(attestation, result, Delivery.INLINE);
        emit ResultOutput(result.requestId, output);
    }

    /// @inheritdoc IInferenceOracle
    function fulfillForDesk(bytes calldata attestation, Result calldata result, bytes calldata output) external {
        _checkDesk();
        _checkOutput(result, output);
        _fulfill(attestation, result, Delivery.CALLBACK);
        emit ResultOutput(result.requestId, output);
    }

    /// @inheritdoc IInferenceBatches
    function fulfillBatch(
        bytes calldata attestation,
        uint64 firstId,
        bytes32[] calldata answers,
        bytes calldata statuses
    ) external {
        _checkLengths(answers.length, statuses.length);
        bytes23 setHash = _liveSetFor(firstId, attestation.configVersion());
        uint256 open = _openItems(firstId, answers.length, statuses);
        if (open == 0) revert InferenceOracleBatchDone(firstId, answers.length);
        bytes32 root = _rootOf(firstId, answers, statuses);
        _checkReport(setHash, firstId, answers.length, root, attestation);

        _finish(_done, firstId, open);
        if (statuses.length != 0) _finish(_failed, firstId, open & _failures(statuses));
        _emitSkipped(firstId, answers.length, open);
        emit BatchDelivered(firstId, statuses, answers);
    }

    /// @inheritdoc IInferenceOracle
    function isFulfilled(uint64 requestId) external view returns (bool) {
        return _isSet(_done, requestId);
    }

    /// @inheritdoc IInferenceOracle
    function outcomeOf(uint64 requestId) external view returns (Outcome) {
        if (!_isSet(_done, requestId)) return Outcome.OPEN;
        return _isSet(_failed, requestId) ? Outcome.FAILED : Outcome.ANSWERED;
    }

    /// @inheritdoc IInferenceOracle
    function answerHash(bytes32 requestHash, bytes32 resultDigest, uint32 size) external pure returns (bytes32) {
        return ReportHash.answer(requestHash, resultDigest, size);
    }

    /// @inheritdoc IInferenceOracle
    function resultLeaf(Result calldata result, Delivery delivery) external pure returns (bytes32) {
        return ReportHash.leaf(result, delivery);
    }

    /// @inheritdoc IInferenceBatches
    function resultsRoot(
        uint64 firstId,
        bytes32[] calldata answers,
        bytes calldata statuses
    ) external pure returns (bytes32) {
        _checkLengths(answers.length, statuses.length);
        return _rootOf(firstId, answers, statuses);
    }

    /// @dev The cheap refusals come first, so that a lost race costs no signature check.
    function _fulfill(bytes calldata attestation, Result calldata result, Delivery delivery) private {
        uint64 requestId = result.requestId;
        bytes23 setHash = _liveSetFor(requestId, attestation.configVersion());
        Word storage word = _done[requestId >> 8];
        uint256 bits = _openBits(word, requestId);
        _checkReport(setHash, requestId, 1, ReportHash.leaf(result, delivery), attestation);
        _deliver(word, bits, result);
    }

    /// @dev Ends a request that exists and whose result somebody has already checked.
    function _deliverProven(Result calldata result) internal {
        uint64 requestId = result.requestId;
        Word storage word = _done[requestId >> 8];
        _deliver(word, _openBits(word, requestId), result);
    }

    function _checkOutput(Result calldata result, bytes calldata output) internal pure {
        bytes32 digest = keccak256(output);
        if (digest != result.resultDigest || output.length != result.size) {
            revert InferenceOracleOutputMismatch(result.requestId, result.resultDigest, digest, output.length);
        }
    }

    function _deliver(Word storage word, uint256 bits, Result calldata result) private {
        uint64 requestId = result.requestId;
        uint256 bit = 1 << (requestId & 255);
        word.bits = bits | bit;
        if (result.status == ResultStatus.OK) {
            emit ResultDelivered(requestId, result.requestHash, result.resultDigest);
        } else {
            _failed[requestId >> 8].bits |= bit;
            emit RequestFailed(requestId, result.requestHash, result.resultDigest, result.status);
        }
    }

    /// @dev The word as it is. Reverts when the request has its result.
    function _openBits(Word storage word, uint64 requestId) private view returns (uint256 bits) {
        bits = word.bits;
        if (bits & (1 << (requestId & 255)) != 0) revert InferenceOracleAlreadyFulfilled(requestId);
    }

    /// @dev Bit i stands for request `firstId + i`: it exists, has no result, and its status is one.
    function _openItems(uint64 firstId, uint256 count, bytes calldata statuses) private view returns (uint256 open) {
        // The caller has checked that `firstId` exists, so this is at least 1; ids are far below 2 ** 64.
        uint256 existing = uint256(_newestRequest()) - firstId + 1;
        open = type(uint256).max >> (256 - Math.min(count, existing));
        uint256 offset = firstId & 255;
        open &= ~(_done[firstId >> 8].bits >> offset);
        if (offset + count > 256) open &= ~(_done[(firstId >> 8) + 1].bits << (256 - offset));
        for (uint256 i = 0; i < statuses.length; ++i) {
            if (uint8(statuses[i]) >= STATUS_COUNT) open &= ~(1 << i);
        }
    }

    /// @dev Bit i: the status of result i is another than OK.
    function _failures(bytes calldata statuses) private pure returns (uint256 failures) {
        for (uint256 i = 0; i < statuses.length; ++i) {
            if (statuses[i] != 0) failures |= 1 << i;
        }
    }

    /// @dev Sets the bits of `items`, of which bit i stands for request `firstId + i`.
    function _finish(mapping(uint256 wordIndex => Word) storage words, uint64 firstId, uint256 items) private {
        uint256 offset = firstId & 255;
        uint256 low = items << offset;
        if (low != 0) words[firstId >> 8].bits |= low;
        if (offset == 0) return;
        uint256 high = items >> (256 - offset);
        if (high != 0) words[(firstId >> 8) + 1].bits |= high;
    }

    function _emitSkipped(uint64 firstId, uint256 count, uint256 open) private {
        uint256 skipped = ~open & (type(uint256).max >> (256 - count));
        for (uint64 requestId = firstId; skipped != 0; ++requestId) {
            if (skipped & 1 != 0) emit ResultSkipped(requestId);
            skipped >>= 1;
        }
    }

    /// @dev Root over the leaves of a batch; its lengths have been checked.
    function _rootOf(
        uint64 firstId,
        bytes32[] calldata answers,
        bytes calldata statuses
    ) private pure returns (bytes32) {
        uint256 count = answers.length;
        bytes32[] memory nodes = ReportTree.allocate(count);
        if (statuses.length == 0) ReportHash.writeLeaves(nodes.firstLeaf(), Delivery.DIGEST, firstId, answers);
        uint256 delivery = uint256(Delivery.DIGEST);
        for (uint256 i = 0; i < statuses.length; ++i) {
            nodes.put(count, i, ReportHash.leaf(delivery, firstId + i, uint8(statuses[i]), answers[i]));
        }
        return nodes.root();
    }

    function _checkLengths(uint256 count, uint256 statuses) private pure {
        if (count == 0 || count > MAX_BATCH) revert InferenceOracleBadBatchLength(count, MAX_BATCH);
        if (statuses != 0 && statuses != count) revert InferenceOracleBadStatusCount(count, statuses);
    }

    function _isSet(mapping(uint256 wordIndex => Word) storage words, uint64 requestId) private view returns (bool) {
        return words[requestId >> 8].bits & (1 << (requestId & 255)) != 0;
    }
}
