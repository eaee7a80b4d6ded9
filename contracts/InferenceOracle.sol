// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Ownable, Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {ReporterConfigs} from "./base/ReporterConfigs.sol";
import {IAINFT} from "./interfaces/IAINFT.sol";
import {IAINFTCollection} from "./interfaces/IAINFTCollection.sol";
import {IInferenceOracle} from "./interfaces/IInferenceOracle.sol";
import {Quorum} from "./libraries/Quorum.sol";
import {ReportHash} from "./libraries/ReportHash.sol";
import {ReporterSet} from "./libraries/ReporterSet.sol";
import {Delivery, Report, Request, Result} from "./types/Inference.sol";
import {StateUpdate} from "./types/StateUpdate.sol";

/// @title Brings signed inference results and updates to the chain
/// @dev Immutable on purpose: what verifies signatures can be replaced by its users, never changed under them.
contract InferenceOracle is ReporterConfigs, EIP712 {
    using Quorum for bytes;

    /// @inheritdoc IInferenceOracle
    uint256 public constant MAX_INPUT_BYTES = 16_384;

    /// Request ids count from 1, so a report whose first id is 0 is about updates.
    uint64 private constant UPDATES = 0;

    /// One bit a request: set once, never cleared.
    mapping(uint256 wordIndex => uint256 bits) private _fulfilled;

    constructor(address owner) Ownable(owner) EIP712("AINFT Oracle", "1") {}

    /// @inheritdoc IInferenceOracle
    function request(
        address collection,
        uint256 tokenId,
        bytes calldata input,
        uint32 maxOutputBytes,
        Delivery delivery,
        uint64 deadline
    ) external returns (uint64 requestId) {
        if (input.length > MAX_INPUT_BYTES) revert InferenceOracleInputTooLong(input.length, MAX_INPUT_BYTES);
        uint256 latest = block.timestamp + MAX_LIFETIME;
        if (deadline <= block.timestamp || deadline > latest) {
            revert InferenceOracleBadDeadline(deadline, block.timestamp, latest);
        }
        Request memory asked = Request({
            requester: msg.sender,
            collection: collection,
            tokenId: tokenId,
            manifestDigest: _activeManifest(collection, tokenId),
            inputDigest: keccak256(input),
            maxOutputBytes: maxOutputBytes,
            delivery: delivery,
            deadline: deadline
        });
        requestId = _nextRequestId();
        _emitRequest(requestId, asked, input);
    }

    /// @inheritdoc IInferenceOracle
    function fulfill(
        Result calldata result,
        bytes calldata attestation
    ) external {
        if (result.delivery != Delivery.DIGEST) {
            revert InferenceOracleWrongDelivery(result.requestId, result.delivery);
        }
        _deliver(result, attestation);
    }

    /// @inheritdoc IInferenceOracle
    function fulfillInline(
        Result calldata result,
        bytes calldata output,
        bytes calldata attestation
    ) external {
        if (result.delivery != Delivery.INLINE) {
            revert InferenceOracleWrongDelivery(result.requestId, result.delivery);
        }
        bytes32 digest = keccak256(output);
        if (digest != result.resultDigest || output.length != result.length) {
            revert InferenceOracleOutputMismatch(result.requestId, result.resultDigest, digest, output.length);
        }
        _deliver(result, attestation);
        emit ResultOutput(result.requestId, output);
    }

    /// @inheritdoc IInferenceOracle
    function submitUpdate(
        StateUpdate calldata update,
        bytes calldata attestation
    ) external {
        (uint32 configVersion, , ) = attestation.header();
        _checkLive(configVersion);
        _checkReport(UPDATES, ReportHash.leaf(update), attestation);
        IAINFT(update.collection).applyUpdate(update);
    }

    /// @inheritdoc IInferenceOracle
    function isFulfilled(uint64 requestId) external view returns (bool) {
        return _fulfilled[requestId >> 8] & (1 << (requestId & 255)) != 0;
    }

    /// @inheritdoc IInferenceOracle
    function hashRequest(Request calldata request_) external pure returns (bytes32) {
        return ReportHash.request(request_);
    }

    /// @inheritdoc IInferenceOracle
    function resultLeaf(Result calldata result) external pure returns (bytes32) {
        return ReportHash.leaf(result);
    }

    /// @inheritdoc IInferenceOracle
    function updateLeaf(StateUpdate calldata update) external pure returns (bytes32) {
        return ReportHash.leaf(update);
    }

    /// @inheritdoc IInferenceOracle
    function reportDigest(Report calldata report) external view returns (bytes32) {
        return
            _hashTypedDataV4(
                ReportHash.hashStruct(
                    report.configVersion,
                    report.deadline,
                    report.firstId,
                    report.count,
                    report.root
                )
            );
    }

    /// @dev The manifest the asked token runs; refuses addresses that could never be answered.
    function _activeManifest(address collection, uint256 tokenId) private view returns (bytes32 manifestDigest) {
        if (collection.code.length == 0) revert InferenceOracleNotACollection(collection);
        address itsOracle = IAINFTCollection(collection).oracle();
        if (itsOracle != address(this)) revert InferenceOracleWrongOracle(collection, itsOracle);
        (, manifestDigest) = IAINFT(collection).activeVersion(tokenId);
    }

    function _emitRequest(uint64 requestId, Request memory asked, bytes calldata input) private {
        emit RequestCreated(
            requestId,
            asked.collection,
            asked.tokenId,
            asked.requester,
            asked.manifestDigest,
            ReportHash.request(asked),
            asked.maxOutputBytes,
            asked.delivery,
            asked.deadline,
            input
        );
    }

    /// @dev The cheap refusals come first, so that a lost race costs no signature check.
    function _deliver(Result calldata result, bytes calldata attestation) private {
        (uint32 configVersion, , ) = attestation.header();
        uint64 requestId = result.requestId;
        _checkOpen(requestId, configVersion);
        uint256 bit = 1 << (requestId & 255);
        uint256 word = _fulfilled[requestId >> 8];
        if (word & bit != 0) revert InferenceOracleAlreadyFulfilled(requestId);
        _checkReport(requestId, ReportHash.leaf(result), attestation);

        _fulfilled[requestId >> 8] = word | bit;
        emit ResultDelivered(requestId, result.requestHash, result.resultDigest, result.status);
    }

    /// @dev A report over one leaf: its root is the leaf. The caller has checked that the config counts.
    function _checkReport(uint64 firstId, bytes32 leaf, bytes calldata attestation) private view {
        (uint32 configVersion, uint64 deadline, uint32 mask) = attestation.header();
        if (deadline < block.timestamp) revert InferenceOracleReportExpired(deadline, block.timestamp);
        if (deadline > block.timestamp + MAX_LIFETIME) {
            revert InferenceOracleReportTooLong(deadline, block.timestamp + MAX_LIFETIME);
        }
        bytes32 digest = _hashTypedDataV4(ReportHash.hashStruct(configVersion, deadline, firstId, 1, leaf));
        ReporterSet.load(configVersion).check(digest, mask, attestation);
    }
}
