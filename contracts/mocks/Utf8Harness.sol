// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Utf8} from "../libraries/Utf8.sol";

/// @notice Opens the library to tests, many texts a call.
contract Utf8Harness {
    function areValid(bytes[] calldata texts) external pure returns (bool[] memory verdicts) {
        verdicts = new bool[](texts.length);
        for (uint256 i = 0; i < texts.length; ++i) verdicts[i] = Utf8.isValid(texts[i]);
    }
}
