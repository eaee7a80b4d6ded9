// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {TrainingHash} from "../libraries/TrainingHash.sol";
import {TrainingRecord} from "../types/TrainingRecord.sol";

/// @notice Opens the library to tests, many records a call.
contract TrainingHashHarness {
    function leaves(TrainingRecord[] calldata records) external pure returns (bytes32[] memory hashes) {
        hashes = new bytes32[](records.length);
        for (uint256 i = 0; i < records.length; ++i) hashes[i] = TrainingHash.leaf(records[i]);
    }
}
