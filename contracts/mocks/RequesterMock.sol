// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IAINFTConsumer} from "../interfaces/IAINFTConsumer.sol";
import {IRequestDesk} from "../interfaces/IRequestDesk.sol";
import {ResultStatus, Terms} from "../types/Inference.sol";
import {Payment} from "../types/Order.sol";

/// @notice Pretends to be a contract that asks the desk and takes, or abuses, the callback.
contract RequesterMock is IAINFTConsumer {
    enum Manner {
        TAKING,
        REVERTING,
        BURNING_GAS,
        BOMBING,
        REVERTING_WITH_BOMB,
        MEDDLING
    }

    error RequesterMockRefused(uint64 requestId);

    /// @notice What arrived, and with how much gas.
    event Answered(uint64 requestId, bytes32 requestHash, ResultStatus status, bytes output, uint256 gas);

    IRequestDesk private immutable _desk;
    Manner private _manner;
    bytes[] private _calls;

    /// @notice What the desk answered to each call from inside a callback.
    bytes[] public answers;

    constructor(IRequestDesk desk) {
        _desk = desk;
    }

    receive() external payable {}

    function behave(Manner manner) external {
        _manner = manner;
    }

    /// @notice Makes these calls of the desk from inside the next callbacks.
    function meddle(bytes[] calldata calls) external {
        _manner = Manner.MEDDLING;
        _calls = calls;
    }

    function ask(
        address collection,
        uint256 tokenId,
        bytes calldata input,
        Terms calldata terms,
        Payment calldata payment,
        uint32 callbackGas
    ) external payable {
        if (payment.currency != address(0)) IERC20(payment.currency).approve(address(_desk), payment.amount);
        _desk.request{value: msg.value}(collection, tokenId, input, terms, payment, callbackGas);
    }

    function onAnswer(uint64 requestId, bytes32 requestHash, ResultStatus status, bytes calldata output) external {
        uint256 gas = gasleft();
        if (_manner == Manner.REVERTING) revert RequesterMockRefused(requestId);
        if (_manner == Manner.BURNING_GAS) {
            assembly ("memory-safe") {
                invalid()
            }
        }
        if (_manner == Manner.BOMBING || _manner == Manner.REVERTING_WITH_BOMB) _bomb();
        if (_manner == Manner.MEDDLING) {
            for (uint256 i = 0; i < _calls.length; ++i) {
                (, bytes memory answer) = address(_desk).call(_calls[i]);
                answers.push(answer);
            }
        }
        emit Answered(requestId, requestHash, status, output, gas);
    }

    /// @dev Ends with 100,000 bytes, which cost whoever copies them more than making them.
    function _bomb() private view {
        bool reverts = _manner == Manner.REVERTING_WITH_BOMB;
        assembly ("memory-safe") {
            if reverts {
                revert(0, 100000)
            }
            return(0, 100000)
        }
    }
}
