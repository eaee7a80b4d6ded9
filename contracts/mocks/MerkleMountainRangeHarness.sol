// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {MerkleMountainRange} from "../libraries/MerkleMountainRange.sol";

/// @notice Opens the library to tests, many leaves and many proofs a call.
contract MerkleMountainRangeHarness {
    using MerkleMountainRange for mapping(uint256 height => bytes32 peak);

    mapping(uint256 height => bytes32 peak) private _peaks;
    uint64 private _count;

    /// @notice Appends leaves in order and answers the root after each.
    function append(bytes32[] calldata leaves) external returns (bytes32[] memory roots) {
        roots = new bytes32[](leaves.length);
        for (uint256 i = 0; i < leaves.length; ++i) {
            _peaks.append(_count, leaves[i]);
            roots[i] = _peaks.root(++_count);
        }
    }

    function count() external view returns (uint64) {
        return _count;
    }

    function root() external view returns (bytes32) {
        return _peaks.root(_count);
    }

    function peak(uint256 height) external view returns (bytes32) {
        return _peaks[height];
    }

    function verify(bytes32 leaf, uint64 index, bytes32[] calldata proof) external view returns (bool) {
        return _peaks.verify(_count, leaf, index, proof);
    }

    /// @notice Answers for every leaf whether its proof holds now.
    function verifyAll(
        bytes32[] calldata leaves,
        uint64[] calldata indexes,
        bytes32[][] calldata proofs
    ) external view returns (bool[] memory verdicts) {
        verdicts = new bool[](leaves.length);
        for (uint256 i = 0; i < leaves.length; ++i) {
            verdicts[i] = _peaks.verify(_count, leaves[i], indexes[i], proofs[i]);
        }
    }

    function hashNode(bytes32 left, bytes32 right) external pure returns (bytes32) {
        return MerkleMountainRange.hashNode(left, right);
    }
}
