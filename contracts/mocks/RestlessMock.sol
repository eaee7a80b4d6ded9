// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice Pretends to be any contract: answers what its author chose, and calls back whoever calls one function of it.
contract RestlessMock {
    mapping(bytes4 selector => bytes) private _answers;
    bytes4 private _trigger;
    bytes private _call;

    /// @notice How often it called back, and what it was answered.
    uint256 public callCount;
    bytes public answer;

    fallback(bytes calldata) external returns (bytes memory) {
        if (msg.sig == _trigger) {
            ++callCount;
            (, answer) = msg.sender.call(_call);
        }
        return _answers[msg.sig];
    }

    function answerTo(bytes4 selector, bytes calldata data) external {
        _answers[selector] = data;
    }

    /// @notice Whoever calls a function is called back with this.
    function callBackOn(bytes4 selector, bytes calldata call) external {
        (_trigger, _call) = (selector, call);
    }
}
