// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice A change of a token's state, proposed by its container and signed by the quorum.
/// @param collection AINFT collection of the token.
/// @param tokenId Token whose state changes.
/// @param actor Who caused the change (the requester or the player).
/// @param sequence The token's next sequence; every other value is refused.
/// @param manifestDigest Manifest the container ran; must be the active version's.
/// @param inputDigest keccak-256 of the input bytes.
/// @param outputDigest keccak-256 of the canonical output bytes.
/// @param stateDigest keccak-256 of the canonical bytes of the new state.
struct StateUpdate {
    address collection;
    uint256 tokenId;
    address actor;
    uint64 sequence;
    bytes32 manifestDigest;
    bytes32 inputDigest;
    bytes32 outputDigest;
    bytes32 stateDigest;
}
