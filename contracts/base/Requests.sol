// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IAINFTLife} from "../interfaces/IAINFTLife.sol";
import {IInferenceOracle} from "../interfaces/IInferenceOracle.sol";
import {IOracleLink} from "../interfaces/IOracleLink.sol";
import {IProgramAccess} from "../interfaces/IProgramAccess.sol";
import {IRequestDesk} from "../interfaces/IRequestDesk.sol";
import {ReportHash} from "../libraries/ReportHash.sol";
import {Delivery, Request, Terms} from "../types/Inference.sol";
import {ReporterConfigs} from "./ReporterConfigs.sol";

/// @title Asking programs
abstract contract Requests is ReporterConfigs {
    /// @inheritdoc IInferenceOracle
    uint256 public constant MAX_INPUT_BYTES = 16_384;

    /// @inheritdoc IInferenceOracle
    address public immutable desk;

    constructor(address desk_) {
        desk = desk_;
    }

    /// @inheritdoc IInferenceOracle
    function request(
        address collection,
        uint256 tokenId,
        bytes calldata input,
        Terms calldata terms
    ) external returns (uint64 requestId) {
        if (terms.delivery == Delivery.CALLBACK) revert InferenceOracleNotDesk(msg.sender, desk);
        (requestId, ) = _request(msg.sender, collection, tokenId, input, terms);
        if (!IRequestDesk(desk).isFree(collection, tokenId, msg.sender)) {
            revert InferenceOracleNotFree(collection, tokenId, msg.sender);
        }
    }

    /// @inheritdoc IInferenceOracle
    function requestFor(
        address requester,
        address collection,
        uint256 tokenId,
        bytes calldata input,
        Terms calldata terms
    ) external returns (uint64 requestId, bytes32 requestHash) {
        _checkDesk();
        return _request(requester, collection, tokenId, input, terms);
    }

    /// @inheritdoc IInferenceOracle
    function hashRequest(Request calldata request_) external pure returns (bytes32) {
        return ReportHash.request(request_);
    }

    function _checkDesk() internal view {
        if (msg.sender != desk) revert InferenceOracleNotDesk(msg.sender, desk);
    }

    function _request(
        address requester,
        address collection,
        uint256 tokenId,
        bytes calldata input,
        Terms calldata terms
    ) private returns (uint64 requestId, bytes32 requestHash) {
        if (input.length > MAX_INPUT_BYTES) revert InferenceOracleInputTooLong(input.length, MAX_INPUT_BYTES);
        uint256 latest = block.timestamp + MAX_LIFETIME;
        if (terms.deadline <= block.timestamp || terms.deadline > latest) {
            revert InferenceOracleBadDeadline(terms.deadline, block.timestamp, latest);
        }
        Request memory asked = Request({
            requester: requester,
            collection: collection,
            tokenId: tokenId,
            manifestDigest: _activeManifest(requester, collection, tokenId),
            inputDigest: keccak256(input),
            maxOutputBytes: terms.maxOutputBytes,
            delivery: terms.delivery,
            agreement: terms.agreement,
            deadline: terms.deadline
        });
        requestId = _nextRequestId();
        requestHash = ReportHash.request(asked);
        _emitRequest(requestId, requestHash, asked, input);
    }

    /// @dev The manifest the asked token runs; refuses addresses that could never be answered.
    function _activeManifest(
        address requester,
        address collection,
        uint256 tokenId
    ) private view returns (bytes32 manifestDigest) {
        if (collection.code.length == 0) revert InferenceOracleNotACollection(collection);
        address itsOracle = IOracleLink(collection).oracle();
        if (itsOracle != address(this)) revert InferenceOracleWrongOracle(collection, itsOracle);
        (, manifestDigest) = IAINFTLife(collection).activeVersion(tokenId);
        if (!IProgramAccess(collection).mayAsk(tokenId, requester)) {
            revert InferenceOracleMayNotAsk(collection, tokenId, requester);
        }
    }

    function _emitRequest(uint64 requestId, bytes32 requestHash, Request memory asked, bytes calldata input) private {
        emit RequestCreated(
            requestId,
            asked.collection,
            asked.tokenId,
            asked.requester,
            asked.manifestDigest,
            requestHash,
            asked.maxOutputBytes,
            asked.delivery,
            asked.agreement,
            asked.deadline,
            input
        );
    }
}
