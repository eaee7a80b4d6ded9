// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice What an egg can become.
/// @param manifestDigest First manifest (sha-256) of the hatched AINFT; never zero.
/// @param supply Most AINFTs that a hatchery ever hatches with this manifest, under all its tables together; zero for
/// no limit. Always zero for a table's first outcome, which takes the place of those that are used up.
struct Outcome {
    bytes32 manifestDigest;
    uint64 supply;
}

/// @notice The odds of eggs with so much XP, up to the next row.
/// @param minimumXp The least XP that the row is for.
/// @param weights Chances out of 10000, by outcome; zero where the table has no outcome. They make 10000.
struct OddsRow {
    uint256 minimumXp;
    uint16[16] weights;
}

/// @notice What eggs become, by which odds, and what a caller who abandons one loses.
/// @param bond What is held while an egg waits, in the asset's smallest unit; zero for nothing.
/// @param outcomes 1 to 16.
/// @param rows 1 to 16, in ascending order of XP. An egg with less XP than the first row wants cannot be hatched.
struct OddsTable {
    uint128 bond;
    Outcome[] outcomes;
    OddsRow[] rows;
}
