// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Outcome, Result, Terms} from "../types/Inference.sol";
import {Callback, FeeShares, Order, Payment} from "../types/Order.sol";
import {IDeskAccounts} from "./IDeskAccounts.sol";
import {IDeskPrices} from "./IDeskPrices.sol";

/// @title Keeps orders: requests with a fee or a callback
/// @notice Takes a program's price into escrow, asks the oracle in the requester's name, and pays out by what has
/// become of the request: divided when it was answered, back when it failed or when its deadline passed without a
/// result. All payments go to accounts, from which they are taken by pull, so that nobody's payment depends on anybody
/// else's.
/// What m colluding reporters can do: end an order with any answer, and so earn its fee. What they cannot: keep money
/// of an order that they do not answer, or be paid twice for one. What the owner of the oracle can do: change how later
/// orders are divided, and pause new ones. What a collection can do: decide who gets the parts of its own tokens'
/// owners and contributors, and burn up to three times `PROBE_GAS` of whoever settles an order of its tokens.
/// @dev It belongs to one oracle, which made it, and has no owner of its own: the oracle's owner acts for it.
/// Warning: as for the oracle, a result that was signed before a reorganisation gave the id to another request ends the
/// order of the new one, and its fee is paid out. Callbacks are safe from that: their result names the request's hash.
interface IRequestDesk is IDeskPrices, IDeskAccounts {
    /// @notice Thrown when an order is opened while new orders are paused.
    error RequestDeskPaused();

    /// @notice Thrown when a payment is not exactly what the program asks of the requester now.
    error RequestDeskWrongPayment(address expectedCurrency, uint128 expectedAmount, address currency, uint128 amount);

    /// @notice Thrown when the ETH that was sent is not exactly what is paid in ETH, in wei.
    error RequestDeskWrongValue(uint256 expected, uint256 actual);

    /// @notice Thrown when another amount arrived than was sent, as with a token that takes a fee.
    error RequestDeskWrongReceipt(address currency, uint256 expected, uint256 actual);

    /// @notice Thrown when an order with a fee is opened while the oracle has no config, so that nobody could earn it.
    error RequestDeskNoConfig();

    /// @notice Thrown when callback gas is given without the delivery CALLBACK, left out with it, or above the maximum.
    error RequestDeskBadCallbackGas(uint32 callbackGas, uint256 maximum);

    /// @notice Thrown when an account without code asks for a callback.
    error RequestDeskNoCode(address requester);

    /// @notice Thrown when an order is not open as it was brought: never opened, closed before, or with another field.
    error RequestDeskUnknownOrder(uint64 requestId, bytes32 expected, bytes32 actual);

    /// @notice Thrown when an order is settled that has no result yet. Deliver the result, or cancel after the deadline
    /// (Unix seconds).
    error RequestDeskNotEnded(uint64 requestId, uint64 deadline);

    /// @notice Thrown when an order is cancelled that has its result: settle it.
    error RequestDeskEnded(uint64 requestId, Outcome outcome);

    /// @notice Thrown when an order is cancelled before its deadline is over. Unix seconds.
    error RequestDeskTooEarly(uint64 requestId, uint64 deadline, uint256 blockTime);

    /// @notice Thrown when the result of an order without a callback is brought to the desk: bring it to the oracle.
    error RequestDeskNoCallback(uint64 requestId);

    /// @notice Thrown when a result is for another request than the order's.
    error RequestDeskWrongResult(uint64 expectedId, bytes32 expectedHash, uint64 requestId, bytes32 requestHash);

    /// @notice Thrown when a callback that is tried again is not one that failed.
    error RequestDeskUnknownCallback(uint64 requestId, bytes32 expected, bytes32 actual);

    /// @notice Thrown when a callback that is tried again fails again.
    error RequestDeskCallbackFailed(uint64 requestId);

    /// @notice Thrown when too little gas is left to make a call as it has to be made.
    error RequestDeskTooLittleGas(uint256 needed, uint256 left);

    /// @notice Emitted when an order is opened, with all that whoever closes it has to bring.
    event OrderOpened(uint64 indexed requestId, address indexed requester, address indexed collection, Order order);

    /// @notice Emitted when an order is closed: ANSWERED when its fee was divided; FAILED, or OPEN when it was
    /// cancelled, when its fee was given back.
    event OrderClosed(uint64 indexed requestId, Outcome outcome);

    /// @notice Emitted when the requester took the answer.
    event CallbackDelivered(uint64 indexed requestId, address indexed requester);

    /// @notice Emitted when the requester reverted, ran out of gas or has no code any more: see `retry`. The bytes of
    /// the answer are in the oracle's `ResultOutput` of the same transaction.
    event CallbackFailed(uint64 indexed requestId, address indexed requester, Callback callback);

    /// @notice Asks a token's active version for an inference, and pays what it asks for.
    /// @dev Open to all whom the program lets ask; the answer to a free program can be ordered too. Reverts while
    /// orders are paused, when the payment is not exactly `quote`'s (so no change of price catches anybody), when the
    /// value is not exactly what is paid in ETH, when a token delivers another amount than was sent, when a fee is paid
    /// while the oracle has no config, when a callback is asked for by an account without code, or when the oracle
    /// refuses the request.
    /// @param collection AINFT collection to ask.
    /// @param tokenId Token to ask.
    /// @param input Input bytes, as the manifest's input schema wants them.
    /// @param terms What the caller wants beside an answer.
    /// @param payment The price that the caller expects. An ERC-20 must be approved to the desk.
    /// @param callbackGas From 1 to `MAX_CALLBACK_GAS` for the delivery CALLBACK, else 0. The caller is called with
    /// exactly so much, and with at most `FAILURE_CALLBACK_GAS` to tell of a failure: a callback that needs more fails.
    /// @return requestId Id of the request.
    /// @return requestHash Hash of the request's content.
    function request(
        address collection,
        uint256 tokenId,
        bytes calldata input,
        Terms calldata terms,
        Payment calldata payment,
        uint32 callbackGas
    ) external payable returns (uint64 requestId, bytes32 requestHash);

    /// @notice Closes an order whose request has its result: divides its fee when it was answered, gives it back when
    /// it failed.
    /// @dev Open to all. Reverts when the order is not open as brought, or its request has no result.
    /// @param order As it was opened.
    function settle(Order calldata order) external;

    /// @notice Closes an order whose deadline passed without a result, and gives its fee back in full.
    /// @dev Open to all, also while new orders are paused: the money goes to the requester's account. Reverts when the
    /// order is not open as brought, until the deadline is over, and when its request has its result.
    /// @param order As it was opened.
    function cancel(Order calldata order) external;

    /// @notice Delivers the result of an order with a callback: ends the request, settles the order, and calls the
    /// requester.
    /// @dev Open to all. What the requester does with the call changes nothing of that; a failure is recorded for
    /// `retry`. An answer is brought with exactly the gas that was asked for, and whoever submits it pays for that: a
    /// price should cover it. A failure, for which nobody is paid, is told with `FAILURE_CALLBACK_GAS` when that is
    /// less, so that no requester can make others pay for more by asking what must fail. Reverts when the order is not
    /// open as brought or has no callback, when the result is for another request, when the oracle refuses the result,
    /// or when too little gas is left to call back with exactly what is due.
    /// @param attestation As the oracle reads it.
    /// @param order As it was opened.
    /// @param result What the quorum signed.
    /// @param output The canonical result bytes.
    function fulfill(
        bytes calldata attestation,
        Order calldata order,
        Result calldata result,
        bytes calldata output
    ) external;

    /// @notice Tries a failed callback again, with the same bytes and at least the gas that was asked for, also of one
    /// that tells of a failure: all that the caller brings.
    /// @dev Open to all, until it succeeds once. Reverts when it fails again, when no such callback failed, or when
    /// less gas is left than the requester asked to be called with.
    /// @param callback As the event of its failure tells it.
    /// @param output The canonical result bytes.
    function retry(Callback calldata callback, bytes calldata output) external;

    /// @notice Changes how the fees of later orders are divided.
    /// @dev Only the oracle's owner, who thereby can take all of a later fee. Reverts when the four do not make 10000.
    function setShares(FeeShares calldata newShares) external;

    /// @notice Stops new orders, or lets them go on. Orders that are open are settled and cancelled all the same.
    /// @dev Only the oracle's owner. Reverts when nothing would change.
    function setPaused(bool paused) external;

    /// @notice What an account has to pay to ask a token: nothing when it is free for them.
    function quote(address collection, uint256 tokenId, address account) external view returns (Payment memory);

    /// @notice Hash of the open order of a request; zero when there is none.
    function orderHashOf(uint64 requestId) external view returns (bytes32);

    /// @notice Hash of the failed callback of a request; zero when there is none.
    function failedCallbackOf(uint64 requestId) external view returns (bytes32);

    /// @notice Hash of an order, as the desk keeps it.
    function hashOrder(Order calldata order) external pure returns (bytes32);

    /// @notice Hash of a callback with the bytes of its answer, as the desk keeps it.
    function hashCallback(Callback calldata callback, bytes calldata output) external pure returns (bytes32);

    /// @notice How the fees of new orders are divided.
    function shares() external view returns (FeeShares memory);

    /// @notice Whether new orders are paused.
    function isPaused() external view returns (bool);

    /// @notice The oracle that made the desk. It never changes.
    function oracle() external view returns (address);

    /// @notice Most gas that a callback may ask for: 2,000,000.
    function MAX_CALLBACK_GAS() external view returns (uint256);

    /// @notice Most gas of the call that tells of a failure: 100,000. `retry` brings all that was asked for.
    function FAILURE_CALLBACK_GAS() external view returns (uint256);

    /// @notice Gas that a collection gets to answer each question about who is paid: 100,000.
    function PROBE_GAS() external view returns (uint256);
}
