// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice Where a challenge stands. Only an open one ever changes, and it ends once.
enum ChallengeState {
    NONE,
    OPEN,
    UPHELD,
    REJECTED,
    EXPIRED
}

/// @notice A claim, under a bond, that a version or a result is bad.
/// @param challenger Who is paid when it is upheld or nobody judges it.
/// @param deadline Unix seconds until which it may be judged; from the second after it anybody may close it.
/// @param version The version in question; zero when it is a result.
/// @param state Where the challenge stands.
/// @param collection Collection of the token that is locked meanwhile.
/// @param requestId The request whose result is in question; zero when it is a version.
/// @param bond What the challenger risks, in the asset's smallest unit.
/// @param reward The most that the challenger gains when it is upheld, set aside when it was opened.
/// @param tokenId The token that is locked meanwhile.
/// @param evidenceDigest Digest of what the challenger says and shows.
/// @param oracle The oracle of the result in question; zero when it is a version.
struct Challenge {
    address challenger;
    uint48 deadline;
    uint32 version;
    ChallengeState state;
    address collection;
    uint64 requestId;
    uint128 bond;
    uint128 reward;
    uint256 tokenId;
    bytes32 evidenceDigest;
    address oracle;
}

/// @notice What a provider loses who signed what was upheld to be bad.
/// @param provider Whose stake it is.
/// @param amount How much of it, in the stake's smallest unit.
struct Penalty {
    address provider;
    uint96 amount;
}

/// @notice The times of all challenges, which never change.
/// @param period Seconds in which an open challenge may be judged.
/// @param rest Seconds after a challenge failed in which the same thing may not be challenged again.
struct ChallengeTimes {
    uint48 period;
    uint48 rest;
}

/// @notice The stakes of challenges opened from now on, in the asset's smallest unit.
/// @param minimumBond The least that a challenger must risk; never zero.
/// @param reward What a challenger gains who is right, as far as the pool reaches and as much was slashed.
struct ChallengeTerms {
    uint128 minimumBond;
    uint128 reward;
}
