// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice Pretends to be a collection that answers as it is told, function by function: with any bytes, not at all, or by
/// burning all its gas.
contract StrangeCollectionMock {
    enum Manner {
        REVERTING,
        ANSWERING,
        BURNING_GAS,
        BOMBING
    }

    struct Answer {
        Manner manner;
        bytes data;
    }

    mapping(bytes4 selector => Answer) private _answers;

    fallback(bytes calldata) external returns (bytes memory) {
        Answer storage answer = _answers[msg.sig];
        Manner manner = answer.manner;
        if (manner == Manner.ANSWERING) return answer.data;
        assembly ("memory-safe") {
            if eq(manner, 2) {
                invalid()
            }
            if eq(manner, 3) {
                return(0, 50000)
            }
            revert(0, 50000)
        }
    }

    function answerTo(bytes4 selector, Manner manner, bytes calldata data) external {
        _answers[selector] = Answer(manner, data);
    }
}
