// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice Pretends to be an account that refuses ETH.
contract RevertingReceiverMock {
    error RevertingReceiverMockRefused(uint256 amount);

    receive() external payable {
        revert RevertingReceiverMockRefused(msg.value);
    }
}
