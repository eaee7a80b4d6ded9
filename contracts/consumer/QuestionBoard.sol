// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IRequestDesk} from "../interfaces/IRequestDesk.sol";
import {Agreement, Delivery, ResultStatus, Terms} from "../types/Inference.sol";
import {Order, Payment} from "../types/Order.sol";
import {AINFTConsumer} from "./AINFTConsumer.sol";

/// @title A board on which anybody asks one program, and everybody reads the answers
/// @notice An example to start from. Whoever asks pays the program's price. Fees that are given back go to the board's
/// owner, who runs it; a malicious owner can keep them. Who wants another rule changes `withdraw`.
contract QuestionBoard is AINFTConsumer, Ownable {
    using SafeERC20 for IERC20;

    /// @notice What became of a question.
    /// @param digest keccak-256 of the answer's bytes, which are in the event; zero while there is none.
    /// @param status How the inference ended, once there is a digest.
    struct Answer {
        bytes32 digest;
        ResultStatus status;
    }

    /// @notice Thrown when the ETH that was sent is not exactly what is paid in ETH, in wei.
    error QuestionBoardWrongValue(uint256 expected, uint256 actual);

    /// @notice Emitted when somebody asks. The question's bytes are in the oracle's event.
    event QuestionAsked(uint64 indexed requestId, address indexed asker);

    /// @notice Emitted when a question is over, with the answer's bytes.
    event QuestionAnswered(uint64 indexed requestId, ResultStatus status, bytes answer);

    /// @notice How long a question waits for its answer, in seconds.
    uint64 public constant PATIENCE = 1 hours;

    /// @notice Longest answer, in bytes.
    uint32 public constant MAX_ANSWER_BYTES = 4_096;

    /// @notice Gas that taking an answer needs at most: a slot or two, and the answer's bytes twice.
    uint32 public constant CALLBACK_GAS = 200_000;

    /// @notice The program that is asked, and how its manifest wants reporters to agree.
    address public immutable collection;
    uint256 public immutable tokenId;
    Agreement public immutable agreement;

    mapping(uint64 requestId => Answer) private _answers;

    constructor(
        IRequestDesk desk_,
        address collection_,
        uint256 tokenId_,
        Agreement agreement_,
        address owner_
    ) AINFTConsumer(desk_) Ownable(owner_) {
        collection = collection_;
        tokenId = tokenId_;
        agreement = agreement_;
    }

    /// @notice Asks the program.
    /// @dev Open to all. Reverts when the value is not exactly what is paid in ETH, and as the desk does.
    /// @param question Bytes as the program's input schema wants them.
    /// @param payment The price that the caller expects; an ERC-20 must be approved to the board.
    /// @return requestId By which the answer is found.
    function ask(bytes calldata question, Payment calldata payment) external payable returns (uint64 requestId) {
        bool inEth = payment.currency == address(0);
        uint256 value = inEth ? payment.amount : 0;
        if (msg.value != value) revert QuestionBoardWrongValue(value, msg.value);
        if (!inEth) IERC20(payment.currency).safeTransferFrom(msg.sender, address(this), payment.amount);
        Terms memory terms = Terms({
            maxOutputBytes: MAX_ANSWER_BYTES,
            delivery: Delivery.CALLBACK,
            agreement: agreement,
            deadline: uint64(block.timestamp) + PATIENCE
        });
        requestId = _ask(collection, tokenId, question, terms, payment, CALLBACK_GAS);
        emit QuestionAsked(requestId, msg.sender);
    }

    /// @notice Gives up a question whose time passed without an answer. Its fee then waits at the desk.
    /// @dev Open to all. Reverts as the desk does.
    /// @param order As the desk's event tells it.
    function giveUp(Order calldata order) external {
        _cancel(order);
    }

    /// @notice Sends fees that were given back.
    /// @dev Only the owner. Reverts as the desk does, when nothing waits there.
    /// @param currency ERC-20 contract, or zero for ETH.
    function withdraw(address currency, address to) external onlyOwner returns (uint256 amount) {
        return _withdraw(currency, to);
    }

    /// @notice Sends ERC-20 that somebody else had the desk pay out to the board.
    /// @dev Only the owner.
    function sweep(IERC20 token, address to) external onlyOwner returns (uint256 amount) {
        return _sweep(token, to);
    }

    /// @notice What became of a question.
    function answerTo(uint64 requestId) external view returns (Answer memory) {
        return _answers[requestId];
    }

    function _onAnswer(uint64 requestId, ResultStatus status, bytes calldata output) internal override {
        _answers[requestId] = Answer(keccak256(output), status);
        emit QuestionAnswered(requestId, status, output);
    }
}
