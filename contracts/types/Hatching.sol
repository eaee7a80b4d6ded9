// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// @notice Where an egg stands in a hatchery. UNBURNED: it has hatched, but a dispute keeps it from being burned yet.
enum EggState {
    NONE,
    WAITING,
    UNBURNED
}

/// @notice An egg that a hatchery holds.
/// @param committer Who gets what it becomes, or the egg back.
/// @param revealBlock The block whose hash decides.
/// @param tableVersion The table by which it hatches.
/// @param row The table's row for its XP.
/// @param state Where it stands.
/// @param commitment What the committer's secret must hash to.
/// @param xp Its XP when it was committed, at most 2 ** 128 - 1.
/// @param bond What the committer loses who does not reveal, in the asset's smallest unit.
struct HeldEgg {
    address committer;
    uint48 revealBlock;
    uint32 tableVersion;
    uint8 row;
    EggState state;
    bytes32 commitment;
    uint128 xp;
    uint128 bond;
}

/// @notice Where a hatched AINFT comes from.
/// @param eggId The egg, in the hatchery's collection of eggs; zero when the AINFT did not come from an egg. Its
/// program stays readable after it was burned.
/// @param eggManifest The version that the egg ran when it hatched.
/// @param xp Its XP when it was committed, at most 2 ** 128 - 1.
/// @param tableVersion The table by which it hatched.
/// @param outcome The outcome of that table, from 0.
struct Lineage {
    uint256 eggId;
    bytes32 eggManifest;
    uint128 xp;
    uint32 tableVersion;
    uint8 outcome;
}

/// @notice How a hatchery is set up, for ever.
/// @param eggs The collection of eggs, which has its trait schema.
/// @param collection The collection that AINFTs are hatched in, which the hatchery will control.
/// @param xpKey The trait of eggs that counts their XP: an unsigned DECIMAL that only signed updates set.
/// @param asset What bonds are paid in.
/// @param treasury Who is owed what is lost by callers who abandon an egg.
/// @param owner Who publishes tables and sets the collection's settings.
/// @param delay Blocks from a commit to the block whose hash decides: 2 to 7200.
/// @param notice Seconds from the publication of a table, other than the first, until it counts: 1 hour to 30 days.
struct HatcherySettings {
    address eggs;
    address collection;
    bytes32 xpKey;
    IERC20 asset;
    address treasury;
    address owner;
    uint32 delay;
    uint32 notice;
}
