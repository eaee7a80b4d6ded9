// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice Pretends to be any contract whose answers its author chooses by function; the rest it refuses in silence.
contract AnswerMock {
    struct Answer {
        bool known;
        bool reverts;
        bytes data;
    }

    mapping(bytes4 selector => Answer) private _answers;

    fallback(bytes calldata) external returns (bytes memory) {
        Answer storage answer = _answers[msg.sig];
        bytes memory data = answer.data;
        if (!answer.known || answer.reverts) {
            assembly ("memory-safe") {
                revert(add(data, 0x20), mload(data))
            }
        }
        return data;
    }

    function answerTo(bytes4 selector, bool reverts, bytes calldata data) external {
        _answers[selector] = Answer({known: true, reverts: reverts, data: data});
    }
}
