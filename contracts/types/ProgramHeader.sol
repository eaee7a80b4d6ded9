// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice Everything that changes about a program but its state, in one slot that stays zero until the first change.
/// @dev From the low bits: versions after the first (32), active version as an offset from the first (32), training
/// records (64), sequence of the last update (64), Unix seconds of the last change (48), frozen (1), locked (1), for
/// holders only (1), suspended (1), some version retired (1). One write a change: a struct would be written field by
/// field.
type ProgramHeader is uint256;

using {
    versionCount,
    activeVersion,
    trainingCount,
    sequence,
    updatedAt,
    isFrozen,
    isLocked,
    isStopped,
    isHoldersOnly,
    isSuspended,
    hasRetired,
    withNewVersion,
    withActiveVersion,
    withNewTraining,
    withNewTrainings,
    withNextSequence,
    withFrozen,
    withLock,
    withHoldersOnly,
    withSuspension,
    withRetired,
    withTime
} for ProgramHeader global;

uint256 constant ACTIVE_SHIFT = 32;
uint256 constant TRAINING_SHIFT = 64;
uint256 constant SEQUENCE_SHIFT = 128;
uint256 constant TIME_SHIFT = 192;
uint256 constant FROZEN_BIT = 1 << 240;
uint256 constant LOCKED_BIT = 1 << 241;
uint256 constant HOLDERS_ONLY_BIT = 1 << 242;
uint256 constant SUSPENDED_BIT = 1 << 243;
uint256 constant RETIRED_BIT = 1 << 244;

// The counters below are added to without a check. Whoever publishes checks that a version is left; 2 ** 64 records or
// updates of one token are more gas than a chain has. Each narrowing cast keeps exactly the field's bits.

function versionCount(ProgramHeader header) pure returns (uint32) {
    unchecked {
        return uint32(ProgramHeader.unwrap(header)) + 1;
    }
}

function activeVersion(ProgramHeader header) pure returns (uint32) {
    unchecked {
        return uint32(ProgramHeader.unwrap(header) >> ACTIVE_SHIFT) + 1;
    }
}

function trainingCount(ProgramHeader header) pure returns (uint64) {
    return uint64(ProgramHeader.unwrap(header) >> TRAINING_SHIFT);
}

function sequence(ProgramHeader header) pure returns (uint64) {
    return uint64(ProgramHeader.unwrap(header) >> SEQUENCE_SHIFT);
}

function updatedAt(ProgramHeader header) pure returns (uint48) {
    return uint48(ProgramHeader.unwrap(header) >> TIME_SHIFT);
}

function isFrozen(ProgramHeader header) pure returns (bool) {
    return ProgramHeader.unwrap(header) & FROZEN_BIT != 0;
}

function isLocked(ProgramHeader header) pure returns (bool) {
    return ProgramHeader.unwrap(header) & LOCKED_BIT != 0;
}

/// @dev Frozen, locked or suspended: not everything may change now.
function isStopped(ProgramHeader header) pure returns (bool) {
    return ProgramHeader.unwrap(header) & (FROZEN_BIT | LOCKED_BIT | SUSPENDED_BIT) != 0;
}

function isHoldersOnly(ProgramHeader header) pure returns (bool) {
    return ProgramHeader.unwrap(header) & HOLDERS_ONLY_BIT != 0;
}

/// @dev The active version was retired, and no other took its place.
function isSuspended(ProgramHeader header) pure returns (bool) {
    return ProgramHeader.unwrap(header) & SUSPENDED_BIT != 0;
}

/// @dev Whether any version was retired: only then must one be looked up.
function hasRetired(ProgramHeader header) pure returns (bool) {
    return ProgramHeader.unwrap(header) & RETIRED_BIT != 0;
}

/// @dev One more version, which is also the active one.
function withNewVersion(ProgramHeader header) pure returns (ProgramHeader) {
    unchecked {
        return withActiveVersion(ProgramHeader.wrap(ProgramHeader.unwrap(header) + 1), versionCount(header) + 1);
    }
}

/// @dev The caller has checked that the version is between 1 and the count.
function withActiveVersion(ProgramHeader header, uint32 version) pure returns (ProgramHeader) {
    unchecked {
        uint256 cleared = ProgramHeader.unwrap(header) & ~(uint256(type(uint32).max) << ACTIVE_SHIFT);
        return ProgramHeader.wrap(cleared | ((uint256(version) - 1) << ACTIVE_SHIFT));
    }
}

function withNewTraining(ProgramHeader header) pure returns (ProgramHeader) {
    return withNewTrainings(header, 1);
}

function withNewTrainings(ProgramHeader header, uint64 count) pure returns (ProgramHeader) {
    unchecked {
        return ProgramHeader.wrap(ProgramHeader.unwrap(header) + (uint256(count) << TRAINING_SHIFT));
    }
}

function withNextSequence(ProgramHeader header) pure returns (ProgramHeader) {
    unchecked {
        return ProgramHeader.wrap(ProgramHeader.unwrap(header) + (1 << SEQUENCE_SHIFT));
    }
}

function withFrozen(ProgramHeader header) pure returns (ProgramHeader) {
    return ProgramHeader.wrap(ProgramHeader.unwrap(header) | FROZEN_BIT);
}

function withLock(ProgramHeader header, bool locked) pure returns (ProgramHeader) {
    uint256 cleared = ProgramHeader.unwrap(header) & ~LOCKED_BIT;
    return ProgramHeader.wrap(locked ? cleared | LOCKED_BIT : cleared);
}

function withHoldersOnly(ProgramHeader header, bool holdersOnly) pure returns (ProgramHeader) {
    uint256 cleared = ProgramHeader.unwrap(header) & ~HOLDERS_ONLY_BIT;
    return ProgramHeader.wrap(holdersOnly ? cleared | HOLDERS_ONLY_BIT : cleared);
}

function withSuspension(ProgramHeader header, bool suspended) pure returns (ProgramHeader) {
    uint256 cleared = ProgramHeader.unwrap(header) & ~SUSPENDED_BIT;
    return ProgramHeader.wrap(suspended ? cleared | SUSPENDED_BIT : cleared);
}

function withRetired(ProgramHeader header) pure returns (ProgramHeader) {
    return ProgramHeader.wrap(ProgramHeader.unwrap(header) | RETIRED_BIT);
}

/// @dev Unix seconds fit in 48 bits until the year 8,921,556.
function withTime(ProgramHeader header, uint256 time) pure returns (ProgramHeader) {
    uint256 cleared = ProgramHeader.unwrap(header) & ~(uint256(type(uint48).max) << TIME_SHIFT);
    return ProgramHeader.wrap(cleared | (time << TIME_SHIFT));
}
