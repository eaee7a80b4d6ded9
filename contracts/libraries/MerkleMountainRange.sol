// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title Append-only Merkle Mountain Range whose peaks live in reused slots
/// @notice The peak of height h always lives in `peaks[h]`. Lower peaks are never zeroed: only heights that are set
/// bits of the leaf count belong to the range. An append therefore writes one slot and reads one on average.
/// @dev Leaves must come from a hash of another length than a node's 96 bytes, so that no node can pass for a leaf.
library MerkleMountainRange {
    bytes32 internal constant NODE_TYPEHASH = keccak256("AINFTTrainingNode(bytes32 left,bytes32 right)");
    bytes32 internal constant ROOT_TYPEHASH = keccak256("AINFTTrainingRoot(uint64 count,bytes32 peaks)");

    /// @dev Appends leaf number `count` (counted from 0). The caller stores `count + 1`.
    function append(mapping(uint256 height => bytes32) storage peaks, uint64 count, bytes32 leaf) internal {
        bytes32 node = leaf;
        uint256 height = 0;
        // Every trailing one bit of the count is a full mountain that the new leaf completes to the next height.
        for (uint256 rest = count; rest & 1 == 1; rest >>= 1) {
            node = hashNode(peaks[height], node);
            ++height;
        }
        peaks[height] = node;
    }

    /// @dev Appends leaves from number `count` on, which the caller replaces by `count + leaves.length`. The range
    /// grows in memory; of the peaks it touched, only those that belong to the grown range are written.
    function appendAll(
        mapping(uint256 height => bytes32) storage peaks,
        uint64 count,
        bytes32[] memory leaves
    ) internal {
        bytes32[64] memory fresh;
        uint256 touched = 0;
        uint256 grown = count;
        for (uint256 i = 0; i < leaves.length; ++i) {
            bytes32 node = leaves[i];
            uint256 height = 0;
            for (uint256 rest = grown; rest & 1 == 1; rest >>= 1) {
                node = hashNode((touched >> height) & 1 == 1 ? fresh[height] : peaks[height], node);
                ++height;
            }
            fresh[height] = node;
            touched |= 1 << height;
            ++grown;
        }
        uint256 rising = touched & grown;
        for (uint256 height = 0; rising >> height != 0; ++height) {
            if ((rising >> height) & 1 == 1) peaks[height] = fresh[height];
        }
    }

    /// @dev Root over the number of leaves and the peaks, bagged from the lowest; zero for an empty range.
    function root(mapping(uint256 height => bytes32) storage peaks, uint64 count) internal view returns (bytes32) {
        if (count == 0) return bytes32(0);
        bytes32 bag = 0;
        bool started = false;
        for (uint256 height = 0; (count >> height) != 0; ++height) {
            if ((count >> height) & 1 == 0) continue;
            bag = started ? hashNode(peaks[height], bag) : peaks[height];
            started = true;
        }
        return keccak256(abi.encode(ROOT_TYPEHASH, count, bag));
    }

    /// @dev Whether `leaf` stands at `index` of the range of `count` leaves. A proof of another length is refused.
    function verify(
        mapping(uint256 height => bytes32) storage peaks,
        uint64 count,
        bytes32 leaf,
        uint64 index,
        bytes32[] calldata proof
    ) internal view returns (bool) {
        if (index >= count) return false;
        // At the highest bit where they differ, the count has a one and the index a zero: that bit is the mountain.
        uint256 height = Math.log2(count ^ index);
        if (proof.length != height) return false;
        bytes32 node = leaf;
        for (uint256 i = 0; i < height; ++i) {
            node = (index >> i) & 1 == 0 ? hashNode(node, proof[i]) : hashNode(proof[i], node);
        }
        return node == peaks[height];
    }

    /// @dev Hash of an inner node.
    function hashNode(bytes32 left, bytes32 right) internal pure returns (bytes32 node) {
        bytes32 typehash = NODE_TYPEHASH;
        // keccak256(abi.encode(NODE_TYPEHASH, left, right)) without growing memory once per level.
        assembly ("memory-safe") {
            let pointer := mload(0x40)
            mstore(pointer, typehash)
            mstore(add(pointer, 0x20), left)
            mstore(add(pointer, 0x40), right)
            node := keccak256(pointer, 0x60)
        }
    }
}
