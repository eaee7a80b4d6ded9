// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IAINFTConsumer} from "../interfaces/IAINFTConsumer.sol";
import {IRequestDesk} from "../interfaces/IRequestDesk.sol";
import {Delivery, ResultStatus, Terms} from "../types/Inference.sol";
import {Order, Payment} from "../types/Order.sol";

/// @title Base of a contract that asks programs and is called back with the answers
/// @notice Inherit, ask by `_ask`, and take answers in `_onAnswer`. Only the desk gets through, once for each request.
/// @dev It neither holds money nor takes any: fees that are given back wait at the desk, and `_withdraw` sends them
/// from there. ERC-20 that a stranger has the desk pay to this contract (`withdrawFor`) leaves by `_sweep`.
abstract contract AINFTConsumer is IAINFTConsumer {
    using SafeERC20 for IERC20;

    /// @notice Thrown when somebody other than the desk brings an answer.
    error AINFTConsumerNotDesk(address caller, address desk);

    /// @notice Thrown when an answer is for a request that this contract did not make, or that is over.
    error AINFTConsumerUnknownRequest(uint64 requestId, bytes32 expected, bytes32 actual);

    /// @notice The desk through which this contract asks. It never changes.
    IRequestDesk public immutable desk;

    mapping(uint64 requestId => bytes32 requestHash) private _waiting;

    constructor(IRequestDesk desk_) {
        desk = desk_;
    }

    /// @inheritdoc IAINFTConsumer
    function onAnswer(
        uint64 requestId,
        bytes32 requestHash,
        ResultStatus status,
        bytes calldata output
    ) external override {
        if (msg.sender != address(desk)) revert AINFTConsumerNotDesk(msg.sender, address(desk));
        bytes32 expected = _waiting[requestId];
        if (expected == 0 || expected != requestHash) {
            revert AINFTConsumerUnknownRequest(requestId, expected, requestHash);
        }
        delete _waiting[requestId];
        _onAnswer(requestId, status, output);
    }

    /// @notice Whether an answer to a request is still awaited.
    function isWaiting(uint64 requestId) public view returns (bool) {
        return _waiting[requestId] != 0;
    }

    /// @dev Takes the answer to a request of this contract. What reverts can be tried again at the desk, by anybody.
    /// Warning: the answer is what an AI wrote. Never call an address or run a selector that it names.
    /// @param status With anything but OK there is no answer, and the fee waits at the desk.
    function _onAnswer(uint64 requestId, ResultStatus status, bytes calldata output) internal virtual;

    /// @dev Asks, and pays from this contract's own ETH or ERC-20, of which the desk is approved exactly the price.
    /// @param terms What is wanted beside an answer; the delivery is CALLBACK, whatever it says.
    /// @param payment What the program asks: see `quote` of the desk.
    /// @param callbackGas Gas that `onAnswer` gets.
    function _ask(
        address collection,
        uint256 tokenId,
        bytes memory input,
        Terms memory terms,
        Payment memory payment,
        uint32 callbackGas
    ) internal returns (uint64 requestId) {
        terms.delivery = Delivery.CALLBACK;
        uint256 value = payment.amount;
        if (payment.currency != address(0)) {
            IERC20(payment.currency).forceApprove(address(desk), payment.amount);
            value = 0;
        }
        bytes32 requestHash;
        (requestId, requestHash) = desk.request{value: value}(collection, tokenId, input, terms, payment, callbackGas);
        _waiting[requestId] = requestHash;
    }

    /// @dev Cancels a request of this contract whose deadline passed without an answer; its fee then waits at the desk.
    /// Anybody can cancel it at the desk instead, and then it is only not forgotten here.
    function _cancel(Order memory order) internal {
        delete _waiting[order.requestId];
        desk.cancel(order);
    }

    /// @dev Sends what waits at the desk for this contract.
    function _withdraw(address currency, address to) internal returns (uint256 amount) {
        return desk.withdraw(currency, to);
    }

    /// @dev Sends all of a token that this contract has.
    function _sweep(IERC20 token, address to) internal returns (uint256 amount) {
        amount = token.balanceOf(address(this));
        token.safeTransfer(to, amount);
    }
}
