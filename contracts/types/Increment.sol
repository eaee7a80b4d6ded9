// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice What is added to one counter of a token.
/// @param tokenId Token of the collection that the batch is for.
/// @param counter Which counter: keccak-256 of its name, as "xp".
/// @param source What it is added for: keccak-256 of its name, as "chat". Each source has its own cap.
/// @param sequence Must be the counter's next, so that nothing counts twice.
/// @param amount How much is added.
/// @param evidence Digest of what happened; nothing here checks it.
struct Increment {
    uint256 tokenId;
    bytes32 counter;
    bytes32 source;
    uint64 sequence;
    uint64 amount;
    bytes32 evidence;
}

/// @notice How much one source may add to one counter of each token in a period.
/// @param limit Most that is added in one period; 0 is nothing at all.
/// @param period Length of a period in seconds. Periods begin at multiples of it since 1970.
struct Cap {
    uint64 limit;
    uint32 period;
}

/// @notice Why an increment of a batch was not applied.
/// SEQUENCE: it is not the counter's next. UNCAPPED: nobody allowed its source. CAPPED: it exceeds what is left of the
/// period.
enum SkipReason {
    SEQUENCE,
    UNCAPPED,
    CAPPED
}
