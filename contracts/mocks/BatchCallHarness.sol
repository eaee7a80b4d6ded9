// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice Calls one contract many times and answers everything it said, so that a comparison costs one round trip.
contract BatchCallHarness {
    function callAll(address target, bytes[] calldata calls) external view returns (bytes[] memory answers) {
        answers = new bytes[](calls.length);
        for (uint256 i = 0; i < calls.length; ++i) {
            (bool ok, bytes memory answer) = target.staticcall(calls[i]);
            require(ok, "a call of the batch reverted");
            answers[i] = answer;
        }
    }

    /// @notice Calls one contract many times and answers which calls did not revert.
    function tryAll(address target, bytes[] calldata calls) external view returns (bool[] memory verdicts) {
        verdicts = new bool[](calls.length);
        for (uint256 i = 0; i < calls.length; ++i) {
            (verdicts[i], ) = target.staticcall(calls[i]);
        }
    }
}
