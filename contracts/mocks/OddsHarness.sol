// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Odds} from "../libraries/Odds.sol";

/// @notice Opens the drawing of outcomes to tests: by one seed, and by so many that their spread can be seen.
contract OddsHarness {
    function seedOf(bytes32 blockHash, bytes32 secret, uint256 eggId) external view returns (bytes32) {
        return Odds.seedOf(blockHash, secret, eggId);
    }

    function draw(uint16[16] calldata weights, bytes32 seed) external pure returns (uint256) {
        return Odds.draw(Odds.pack(weights), seed);
    }

    function repack(uint16[16] calldata weights) external pure returns (uint16[16] memory) {
        return Odds.unpack(Odds.pack(weights));
    }

    /// @notice How often each outcome is drawn when so many eggs hatch, each under a block hash and a secret of its own.
    function hatchMany(
        uint16[16] calldata weights,
        bytes32 label,
        uint256 firstEgg,
        uint256 count
    ) external view returns (uint256[16] memory drawn) {
        uint256 packed = Odds.pack(weights);
        for (uint256 eggId = firstEgg; eggId < firstEgg + count; ++eggId) {
            bytes32 blockHash = keccak256(abi.encode(label, "block", eggId));
            bytes32 secret = keccak256(abi.encode(label, "secret", eggId));
            ++drawn[Odds.draw(packed, Odds.seedOf(blockHash, secret, eggId))];
        }
    }
}
