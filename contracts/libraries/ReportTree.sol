// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title Merkle root over the leaves of a report
/// @notice The tree of OpenZeppelin's SimpleMerkleTree without sorted leaves, so that its proofs and MerkleProof fit: node i
/// has the children 2i + 1 and 2i + 2, leaf i is node 2n - 2 - i, and a node hashes its children in ascending order.
/// @dev A leaf is the hash of one word and a node the hash of two, so that neither passes for the other. The library that
/// builds trees on chain keeps one in storage (MerkleTree) and pads it to a power of two; this one is gone with the call.
library ReportTree {
    /// @dev Room for the nodes over `count` leaves, in the order of their numbers. The caller keeps `count` above 0.
    function allocate(uint256 count) internal pure returns (bytes32[] memory nodes) {
        nodes = new bytes32[](2 * count - 1);
    }

    /// @dev Puts leaf `index` of `count` into its place.
    function put(bytes32[] memory nodes, uint256 count, uint256 index, bytes32 leaf) internal pure {
        assembly ("memory-safe") {
            mstore(add(add(nodes, 0x20), shl(5, sub(sub(shl(1, count), 2), index))), leaf)
        }
    }

    /// @dev The root, once every leaf is in its place. Assembly, because a batch pays for each node (docs/decisions/0008).
    function root(bytes32[] memory nodes) internal pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            let first := add(nodes, 0x20)
            let inner := shr(1, mload(nodes)) // n - 1 of the 2n - 1 nodes have children
            for {} inner {} {
                inner := sub(inner, 1)
                let children := add(first, shl(5, add(shl(1, inner), 1)))
                let left := mload(children)
                let right := mload(add(children, 0x20))
                let swaps := gt(left, right)
                mstore(shl(5, swaps), left)
                mstore(shl(5, iszero(swaps)), right)
                mstore(add(first, shl(5, inner)), keccak256(0x00, 0x40))
            }
            hash := mload(first)
        }
    }
}
