// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Ownable} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {ReporterConfigs} from "./base/ReporterConfigs.sol";
import {IAINFTLife} from "./interfaces/IAINFTLife.sol";
import {IAINFTTraits} from "./interfaces/IAINFTTraits.sol";
import {IAttestationVerifier} from "./interfaces/IAttestationVerifier.sol";
import {IOracleLink} from "./interfaces/IOracleLink.sol";
import {IInferenceOracle} from "./interfaces/IInferenceOracle.sol";
import {IProgramAccess} from "./interfaces/IProgramAccess.sol";
import {Quorum} from "./libraries/Quorum.sol";
import {ReportHash} from "./libraries/ReportHash.sol";
import {ReporterSet} from "./libraries/ReporterSet.sol";
import {Delivery, Report, Request, Result, ResultStatus} from "./types/Inference.sol";
import {StateUpdate} from "./types/StateUpdate.sol";
import {TraitValue} from "./types/Trait.sol";

/// @title Brings signed inference results and updates to the chain
/// @dev Immutable on purpose: what verifies signatures can be replaced by its users, never changed under them.
contract InferenceOracle is ReporterConfigs, EIP712 {
    using Quorum for bytes;

    /// @inheritdoc IInferenceOracle
    uint256 public constant MAX_INPUT_BYTES = 16_384;

    /// 256 requests, a bit each; a struct so that its slot is computed once.
    struct Word {
        uint256 bits;
    }

    /// Request ids count from 1, so a report whose first id is 0 is about updates.
    uint64 private constant UPDATES = 0;

    /// One bit a request: set once, never cleared.
    mapping(uint256 wordIndex => Word) private _fulfilled;

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
    function fulfill(bytes calldata attestation, Result calldata result) external {
        _deliver(result, Delivery.DIGEST, attestation);
    }

    /// @inheritdoc IInferenceOracle
    function fulfillInline(bytes calldata attestation, Result calldata result, bytes calldata output) external {
        bytes32 digest = keccak256(output);
        if (digest != result.resultDigest || output.length != result.size) {
            revert InferenceOracleOutputMismatch(result.requestId, result.resultDigest, digest, output.length);
        }
        _deliver(result, Delivery.INLINE, attestation);
        emit ResultOutput(result.requestId, output);
    }

    /// @inheritdoc IInferenceOracle
    function submitUpdate(bytes calldata attestation, StateUpdate calldata update) external {
        bytes23 setHash = _liveSet(attestation.configVersion());
        _checkReport(setHash, UPDATES, ReportHash.leaf(update), attestation);
        _apply(update);
    }

    /// @inheritdoc IInferenceOracle
    function submitUpdateWithTraits(
        bytes calldata attestation,
        StateUpdate calldata update,
        TraitValue[] calldata traits
    ) external {
        bytes23 setHash = _liveSet(attestation.configVersion());
        _checkReport(setHash, UPDATES, ReportHash.leaf(update, traits), attestation);
        if (update.collection.code.length == 0) revert InferenceOracleNotACollection(update.collection);
        IAINFTTraits(update.collection).applySignedStateWithTraits(update, traits);
    }

    /// @inheritdoc IAttestationVerifier
    function isValidReport(Report calldata report, bytes calldata attestation) external view returns (bool) {
        bytes23 setHash = _liveSet(report.configVersion);
        bool isOfReport =
            attestation.configVersion() == report.configVersion && attestation.deadline() == report.deadline;
        if (!isOfReport) return false;
        _checkDeadline(report.deadline);
        return Quorum.isMet(setHash, _digestOf(report), attestation);
    }

    /// @inheritdoc IInferenceOracle
    function isFulfilled(uint64 requestId) external view returns (bool) {
        return _fulfilled[requestId >> 8].bits & (1 << (requestId & 255)) != 0;
    }

    /// @inheritdoc IInferenceOracle
    function hashRequest(Request calldata request_) external pure returns (bytes32) {
        return ReportHash.request(request_);
    }

    /// @inheritdoc IInferenceOracle
    function resultLeaf(Result calldata result, Delivery delivery) external pure returns (bytes32) {
        return ReportHash.leaf(result, delivery);
    }

    /// @inheritdoc IInferenceOracle
    function updateLeaf(StateUpdate calldata update) external pure returns (bytes32) {
        return ReportHash.leaf(update);
    }

    /// @inheritdoc IInferenceOracle
    function traitUpdateLeaf(
        StateUpdate calldata update,
        TraitValue[] calldata traits
    ) external pure returns (bytes32) {
        return ReportHash.leaf(update, traits);
    }

    /// @inheritdoc IInferenceOracle
    function reportDigest(Report calldata report) external view returns (bytes32) {
        return _digestOf(report);
    }

    /// @dev The manifest the asked token runs; refuses addresses that could never be answered.
    function _activeManifest(address collection, uint256 tokenId) private view returns (bytes32 manifestDigest) {
        if (collection.code.length == 0) revert InferenceOracleNotACollection(collection);
        address itsOracle = IOracleLink(collection).oracle();
        if (itsOracle != address(this)) revert InferenceOracleWrongOracle(collection, itsOracle);
        (, manifestDigest) = IAINFTLife(collection).activeVersion(tokenId);
        if (!IProgramAccess(collection).mayAsk(tokenId, msg.sender)) {
            revert InferenceOracleMayNotAsk(collection, tokenId, msg.sender);
        }
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
    function _deliver(Result calldata result, Delivery delivery, bytes calldata attestation) private {
        uint64 requestId = result.requestId;
        bytes23 setHash = _liveSetFor(requestId, attestation.configVersion());
        uint256 bit = 1 << (requestId & 255);
        Word storage word = _fulfilled[requestId >> 8];
        uint256 bits = word.bits;
        if (bits & bit != 0) revert InferenceOracleAlreadyFulfilled(requestId);
        _checkReport(setHash, requestId, ReportHash.leaf(result, delivery), attestation);

        word.bits = bits | bit;
        if (result.status == ResultStatus.OK) {
            emit ResultDelivered(requestId, result.requestHash, result.resultDigest);
        } else {
            emit RequestFailed(requestId, result.requestHash, result.resultDigest, result.status);
        }
    }

    /// @dev Calls `applySignedState` of the update's collection. The update goes on as it stands in calldata, except that its
    /// narrow fields are read first, which refuses dirty high bits. Assembly, because what the compiler writes around a
    /// call that answers nothing copies field by field: 240 gas more (docs/decisions/0003).
    function _apply(StateUpdate calldata update) private {
        address collection = update.collection;
        address actor = update.actor;
        uint256 sequence = update.sequence;
        if (collection.code.length == 0) revert InferenceOracleNotACollection(collection);
        bytes32 selector = IAINFTLife.applySignedState.selector;
        assembly ("memory-safe") {
            let data := mload(0x40)
            mstore(data, selector)
            calldatacopy(add(data, 4), update, 0x100)
            mstore(add(data, 0x44), actor)
            mstore(add(data, 0x64), sequence)
            if iszero(call(gas(), collection, 0, data, 0x104, 0, 0)) {
                returndatacopy(data, 0, returndatasize())
                revert(data, returndatasize())
            }
        }
    }

    /// @dev A report over one leaf: its root is the leaf. The caller has looked up the config's set, so the config counts.
    function _checkReport(bytes23 setHash, uint64 firstId, bytes32 leaf, bytes calldata attestation) private view {
        uint64 deadline = attestation.deadline();
        _checkDeadline(deadline);
        uint32 configVersion = attestation.configVersion();
        bytes32 digest = _hashTypedDataV4(ReportHash.hashStruct(configVersion, deadline, firstId, 1, leaf));
        if (Quorum.isMet(setHash, digest, attestation)) return;
        Quorum.explain(ReporterSet.load(configVersion), digest, attestation);
    }

    function _checkDeadline(uint64 deadline) private view {
        if (deadline < block.timestamp) revert InferenceOracleReportExpired(deadline, block.timestamp);
        unchecked {
            // Block times are far below 2 ** 64.
            uint256 latest = block.timestamp + MAX_LIFETIME;
            if (deadline > latest) revert InferenceOracleReportTooLong(deadline, latest);
        }
    }

    function _digestOf(Report calldata report) private view returns (bytes32) {
        return
            _hashTypedDataV4(
                ReportHash.hashStruct(report.configVersion, report.deadline, report.firstId, report.count, report.root)
            );
    }
}
