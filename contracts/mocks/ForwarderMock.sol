// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice Pretends to be a hostile contract that somebody was lured into calling: it passes their call on as its own.
contract ForwarderMock {
    function forward(address target, bytes calldata data) external returns (bytes memory answer) {
        bool ok;
        (ok, answer) = target.call(data);
        if (!ok) {
            assembly ("memory-safe") {
                revert(add(answer, 0x20), mload(answer))
            }
        }
    }
}
