// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice Pretends to be an account that calls the payer back while it is paid, and keeps the money whatever it hears.
contract ReentrantReceiverMock {
    bytes private _call;

    /// @notice What the payer answered to the call.
    bytes public answer;

    function callBack(bytes calldata call_) external {
        _call = call_;
    }

    receive() external payable {
        (, answer) = msg.sender.call(_call);
    }
}
