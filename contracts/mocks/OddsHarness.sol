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
    /// @dev A hash or a secret that is given is the same for all, and so is the egg then: what is left must decide.
    function hatchMany(
        uint16[16] calldata weights,
        bytes32 fixedHash,
        bytes32 fixedSecret,
        uint256 firstEgg,
        uint256 count
    ) external view returns (uint256[16] memory drawn) {
        uint256 packed = Odds.pack(weights);
        bool isFixed = fixedHash != 0 || fixedSecret != 0;
        for (uint256 i = firstEgg; i < firstEgg + count; ++i) {
            bytes32 blockHash = fixedHash != 0 ? fixedHash : keccak256(abi.encode("block", i));
            bytes32 secret = fixedSecret != 0 ? fixedSecret : keccak256(abi.encode("secret", i));
            ++drawn[Odds.draw(packed, Odds.seedOf(blockHash, secret, isFixed ? 1 : i))];
        }
    }
}
