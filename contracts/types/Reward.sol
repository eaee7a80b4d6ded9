// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice What is rewarded, each from a budget of its own.
/// GPU_TIME: running programs. TRAINING: contributing training. ACTIVITY: using programs.
enum Programme {
    GPU_TIME,
    TRAINING,
    ACTIVITY
}

/// @notice The rewards of one programme up to one epoch.
/// @param programme What is rewarded.
/// @param epoch Number of the epoch, from 1.
/// @param root Merkle root over leaves (programme, account, cumulative amount), each hashed twice.
/// @param total Sum of all cumulative amounts under the root, in the token's smallest unit.
struct RewardPosting {
    Programme programme;
    uint64 epoch;
    bytes32 root;
    uint256 total;
}

/// @notice How far reporters may go on their own in one programme. A vote is not bound by it.
/// @param epochCap Most that one posting by report may add to the total; zero lets reporters post nothing.
/// @param interval Least seconds between the posting before and one by report.
struct RewardLimits {
    uint192 epochCap;
    uint64 interval;
}

/// @notice The books of one programme. Amounts are in the token's smallest unit.
/// @param epoch Newest epoch that was posted; zero when there was none.
/// @param postedAt Unix seconds of that posting.
/// @param root Its root; zero when there was none, or once it expired.
/// @param total All rewards ever posted, less what expired.
/// @param claimed All rewards that were paid.
/// @param unallocated Budget that no posting has promised to anybody.
struct RewardBooks {
    uint64 epoch;
    uint64 postedAt;
    bytes32 root;
    uint256 total;
    uint256 claimed;
    uint256 unallocated;
}
