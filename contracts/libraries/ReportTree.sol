// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title Merkle root over the leaves of a report
/// @notice The tree of OpenZeppelin's SimpleMerkleTree without sorted leaves, so that its proofs and MerkleProof fit: node i
/// has the children 2i + 1 and 2i + 2, leaf i is node 2n - 2 - i, and a node hashes its children in ascending order.
/// @dev A leaf is the hash of one word and a node the hash of two, so that neither passes for the other. The library that
/// builds trees on chain keeps one in storage (MerkleTree) and pads it to a power of two; this one is gone with the call.
library ReportTree {
    /// @dev Room for the nodes over `count` leaves, in the order of their numbers; not zeroed, for each is written before it
    /// is read. The caller keeps `count` above 0 and small.
    function allocate(uint256 count) internal pure returns (bytes32[] memory nodes) {
        assembly ("memory-safe") {
            nodes := mload(0x40)
            let length := sub(shl(1, count), 1)
            mstore(nodes, length)
            mstore(0x40, add(nodes, shl(5, add(length, 1))))
        }
    }

    /// @dev Puts leaf `index` of `count` into its place.
    function put(bytes32[] memory nodes, uint256 count, uint256 index, bytes32 leaf) internal pure {
        assembly ("memory-safe") {
            mstore(add(add(nodes, 0x20), shl(5, sub(sub(shl(1, count), 2), index))), leaf)
        }
    }

    /// @dev Where in memory the first leaf has its place; each one that follows has the word before it.
    function firstLeaf(bytes32[] memory nodes) internal pure returns (uint256 place) {
        assembly ("memory-safe") {
            place := add(nodes, shl(5, mload(nodes)))
        }
    }

    /// @dev The root, once every leaf is in its place. The nodes' memory is free again after it. Assembly, because a batch
    /// pays for each node (docs/decisions/0008).
    function root(bytes32[] memory nodes) internal pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            let first := add(nodes, 0x20)
            // n - 1 of the 2n - 1 nodes have children: the last of them has the last two nodes.
            let parent := add(first, shl(5, shr(1, mload(nodes))))
            let child := add(first, shl(5, mload(nodes)))
            for {} iszero(eq(parent, first)) {} {
                parent := sub(parent, 0x20)
                child := sub(child, 0x40)
                let left := mload(child)
                let right := mload(add(child, 0x20))
                let swaps := shl(5, gt(left, right))
                mstore(swaps, left)
                mstore(xor(swaps, 0x20), right)
                mstore(parent, keccak256(0x00, 0x40))
            }
            hash := mload(first)
            mstore(0x40, nodes)
        }
    }
}
