// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {DeskAccounts} from "./base/DeskAccounts.sol";
import {DeskPrices} from "./base/DeskPrices.sol";
import {IAINFTConsumer} from "./interfaces/IAINFTConsumer.sol";
import {IAINFTLife} from "./interfaces/IAINFTLife.sol";
import {IInferenceOracle} from "./interfaces/IInferenceOracle.sol";
import {IRequestDesk} from "./interfaces/IRequestDesk.sol";
import {Probe} from "./libraries/Probe.sol";
import {Delivery, Outcome, Result, ResultStatus, Terms} from "./types/Inference.sol";
import {Callback, Order, Payment} from "./types/Order.sol";

/// @title Keeps orders with a fee or a callback
/// @dev One slot an order: its hash. Made by its oracle's constructor, so nothing here may call the oracle in its own.
contract RequestDesk is DeskAccounts {
    /// @inheritdoc IRequestDesk
    uint256 public constant MAX_CALLBACK_GAS = 2_000_000;

    /// @inheritdoc IRequestDesk
    uint256 public constant FAILURE_CALLBACK_GAS = 100_000;

    /// @inheritdoc IRequestDesk
    uint256 public constant PROBE_GAS = Probe.GAS;

    /// What is spent between the last look at the gas that is left and the callback.
    uint256 private constant CALL_GAS = 5_000;

    mapping(uint64 requestId => bytes32 orderHash) private _orders;
    mapping(uint64 requestId => bytes32 callbackHash) private _failedCallbacks;

    constructor(address oracle_) DeskPrices(oracle_) {}

    /// @inheritdoc IRequestDesk
    function request(
        address collection,
        uint256 tokenId,
        bytes calldata input,
        Terms calldata terms,
        Payment calldata payment,
        uint32 callbackGas
    ) external payable nonReentrant returns (uint64 requestId, bytes32 requestHash) {
        if (isPaused()) revert RequestDeskPaused();
        _checkCallback(terms.delivery, callbackGas);
        _checkPayment(collection, tokenId, payment);
        // The oracle calls nothing that could write, so this stands for a check.
        (requestId, requestHash) = IInferenceOracle(oracle).requestFor(msg.sender, collection, tokenId, input, terms);
        Order memory order;
        order.requestId = requestId;
        order.requestHash = requestHash;
        order.requester = msg.sender;
        order.collection = collection;
        order.tokenId = tokenId;
        (order.version, ) = IAINFTLife(collection).activeVersion(tokenId);
        order.currency = payment.currency;
        order.amount = payment.amount;
        order.deadline = terms.deadline;
        order.configVersion = IInferenceOracle(oracle).currentConfig();
        order.callbackGas = callbackGas;
        order.shares = shares();
        if (payment.amount != 0 && order.configVersion == 0) revert RequestDeskNoConfig();

        _orders[requestId] = keccak256(abi.encode(order));
        emit OrderOpened(requestId, msg.sender, collection, order);
        _takeIn(payment.currency, payment.amount);
    }

    /// @inheritdoc IRequestDesk
    function settle(Order calldata order) external nonReentrant {
        _take(order);
        Outcome outcome = IInferenceOracle(oracle).outcomeOf(order.requestId);
        if (outcome == Outcome.OPEN) revert RequestDeskNotEnded(order.requestId, order.deadline);
        _close(order, outcome);
    }

    /// @inheritdoc IRequestDesk
    function cancel(Order calldata order) external nonReentrant {
        _take(order);
        if (block.timestamp <= order.deadline) {
            revert RequestDeskTooEarly(order.requestId, order.deadline, block.timestamp);
        }
        Outcome outcome = IInferenceOracle(oracle).outcomeOf(order.requestId);
        if (outcome != Outcome.OPEN) revert RequestDeskEnded(order.requestId, outcome);
        _close(order, Outcome.OPEN);
    }

    /// @inheritdoc IRequestDesk
    function fulfill(
        bytes calldata attestation,
        Order calldata order,
        Result calldata result,
        bytes calldata output
    ) external nonReentrant {
        _take(order);
        if (order.callbackGas == 0) revert RequestDeskNoCallback(order.requestId);
        _checkResult(order, result);
        IInferenceOracle(oracle).fulfillForDesk(attestation, result, output);
        _close(order, result.status == ResultStatus.OK ? Outcome.ANSWERED : Outcome.FAILED);
        _callBack(
            Callback({
                requestId: order.requestId,
                requestHash: order.requestHash,
                requester: order.requester,
                callbackGas: order.callbackGas,
                status: result.status
            }),
            output
        );
    }

    /// @inheritdoc IRequestDesk
    function retry(Callback calldata callback, bytes calldata output) external nonReentrant {
        bytes32 expected = _failedCallbacks[callback.requestId];
        bytes32 actual = _hashOf(callback, output);
        if (expected != actual) revert RequestDeskUnknownCallback(callback.requestId, expected, actual);
        delete _failedCallbacks[callback.requestId];
        emit CallbackDelivered(callback.requestId, callback.requester);
        // All that may be passed on, which is at least what was asked for.
        bool success = _tryCallback(callback, output, callback.callbackGas, gasleft());
        if (!success) revert RequestDeskCallbackFailed(callback.requestId);
    }

    /// @inheritdoc IRequestDesk
    function orderHashOf(uint64 requestId) external view returns (bytes32) {
        return _orders[requestId];
    }

    /// @inheritdoc IRequestDesk
    function failedCallbackOf(uint64 requestId) external view returns (bytes32) {
        return _failedCallbacks[requestId];
    }

    /// @inheritdoc IRequestDesk
    function hashOrder(Order calldata order) public pure returns (bytes32) {
        return keccak256(abi.encode(order));
    }

    /// @inheritdoc IRequestDesk
    function hashCallback(Callback calldata callback, bytes calldata output) external pure returns (bytes32) {
        return _hashOf(callback, output);
    }

    /// @dev Takes an order out of those that are open; whoever calls closes it, or reverts.
    function _take(Order calldata order) private {
        bytes32 expected = _orders[order.requestId];
        bytes32 actual = hashOrder(order);
        if (expected != actual) revert RequestDeskUnknownOrder(order.requestId, expected, actual);
        delete _orders[order.requestId];
    }

    function _close(Order calldata order, Outcome outcome) private {
        emit OrderClosed(order.requestId, outcome);
        if (outcome == Outcome.ANSWERED) _divide(order);
        else _giveBack(order);
    }

    /// @dev Calls the requester, after everything else is done. Records a failure. Whoever brings a failure earns
    /// nothing by it, and a requester can cause one at will: they must not be made to pay for 2,000,000 gas.
    function _callBack(Callback memory callback, bytes calldata output) private {
        uint256 gasLimit = callback.callbackGas;
        if (callback.status != ResultStatus.OK) gasLimit = Math.min(gasLimit, FAILURE_CALLBACK_GAS);
        if (_tryCallback(callback, output, gasLimit, gasLimit)) {
            emit CallbackDelivered(callback.requestId, callback.requester);
        } else {
            _failedCallbacks[callback.requestId] = _hashOf(callback, output);
            emit CallbackFailed(callback.requestId, callback.requester, callback);
        }
    }

    /// @dev Whether the requester took the answer. Nothing that it returns is read. Reverts rather than call it with
    /// less gas than it is due, as whoever pays for the transaction could otherwise make it fail.
    function _tryCallback(
        Callback memory callback,
        bytes calldata output,
        uint256 gasDue,
        uint256 gasLimit
    ) private returns (bool success) {
        address requester = callback.requester;
        if (requester.code.length == 0) return false;
        bytes memory data = abi.encodeCall(
            IAINFTConsumer.onAnswer,
            (callback.requestId, callback.requestHash, callback.status, output)
        );
        // A call gets at most 63/64 of what is left.
        uint256 needed = gasDue + gasDue / 63 + CALL_GAS;
        if (gasleft() < needed) revert RequestDeskTooLittleGas(needed, gasleft());
        assembly ("memory-safe") {
            success := call(gasLimit, requester, 0, add(data, 0x20), mload(data), 0, 0)
        }
    }

    function _checkCallback(Delivery delivery, uint32 callbackGas) private view {
        if ((delivery == Delivery.CALLBACK) != (callbackGas != 0) || callbackGas > MAX_CALLBACK_GAS) {
            revert RequestDeskBadCallbackGas(callbackGas, MAX_CALLBACK_GAS);
        }
        if (callbackGas != 0 && msg.sender.code.length == 0) revert RequestDeskNoCode(msg.sender);
    }

    function _checkPayment(address collection, uint256 tokenId, Payment calldata payment) private view {
        Payment memory asked = quote(collection, tokenId, msg.sender);
        if (asked.currency != payment.currency || asked.amount != payment.amount) {
            revert RequestDeskWrongPayment(asked.currency, asked.amount, payment.currency, payment.amount);
        }
    }

    function _checkResult(Order calldata order, Result calldata result) private pure {
        if (result.requestId != order.requestId || result.requestHash != order.requestHash) {
            revert RequestDeskWrongResult(order.requestId, order.requestHash, result.requestId, result.requestHash);
        }
    }

    function _hashOf(Callback memory callback, bytes calldata output) private pure returns (bytes32) {
        return keccak256(abi.encode(callback, keccak256(output)));
    }
}
