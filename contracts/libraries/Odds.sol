// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title Drawing an outcome by published odds
/// @dev A row's 16 weights of 16 bits are one word, the first in the lowest bits.
library Odds {
    /// @dev What the weights of a row make.
    uint256 internal constant WHOLE = 10_000;
    uint256 internal constant MAX_OUTCOMES = 16;

    uint256 private constant WEIGHT_BITS = 16;
    uint256 private constant WEIGHT_MASK = type(uint16).max;

    /// @dev What decides: nobody knows it who lacks either the secret or the hash.
    function seedOf(bytes32 blockHash, bytes32 secret, uint256 eggId) internal view returns (bytes32) {
        return keccak256(abi.encode(blockHash, secret, eggId, address(this), block.chainid));
    }

    /// @dev The outcome that a seed draws. 10000 does not divide 2 ** 256: the first tickets are more likely than the
    /// last by one part in 2 ** 242, which nobody can ever see. The caller has checked that the weights make 10000.
    function draw(uint256 packed, bytes32 seed) internal pure returns (uint256 outcome) {
        uint256 ticket = uint256(seed) % WHOLE;
        uint256 weight = packed & WEIGHT_MASK;
        while (ticket >= weight) {
            ticket -= weight;
            packed >>= WEIGHT_BITS;
            weight = packed & WEIGHT_MASK;
            ++outcome;
        }
    }

    function pack(uint16[16] memory weights) internal pure returns (uint256 packed) {
        for (uint256 i = MAX_OUTCOMES; i > 0; --i) packed = (packed << WEIGHT_BITS) | weights[i - 1];
    }

    function unpack(uint256 packed) internal pure returns (uint16[16] memory weights) {
        for (uint256 i = 0; i < MAX_OUTCOMES; ++i) {
            weights[i] = uint16(packed >> (i * WEIGHT_BITS)); // keeps one weight, drops those above it
        }
    }
}
