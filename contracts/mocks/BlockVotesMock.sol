// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice Says that its votes count by block numbers, as OpenZeppelin's do unless told otherwise.
contract BlockVotesMock {
    // The name is given by the standard.
    // solhint-disable-next-line func-name-mixedcase
    function CLOCK_MODE() external pure returns (string memory) {
        return "mode=blocknumber&from=default";
    }
}
