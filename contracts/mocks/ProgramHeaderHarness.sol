// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ProgramHeader} from "../types/ProgramHeader.sol";

/// @notice Opens the packed header to tests, at values that no chain lives to see.
contract ProgramHeaderHarness {
    struct Fields {
        uint32 versionCount;
        uint32 activeVersion;
        uint64 trainingCount;
        uint64 sequence;
        uint48 updatedAt;
        bool frozen;
        bool locked;
        bool stopped;
        bool holdersOnly;
        bool suspended;
        bool anyRetired;
    }

    function read(ProgramHeader header) external pure returns (Fields memory) {
        return
            Fields({
                versionCount: header.versionCount(),
                activeVersion: header.activeVersion(),
                trainingCount: header.trainingCount(),
                sequence: header.sequence(),
                updatedAt: header.updatedAt(),
                frozen: header.isFrozen(),
                locked: header.isLocked(),
                stopped: header.isStopped(),
                holdersOnly: header.isHoldersOnly(),
                suspended: header.isSuspended(),
                anyRetired: header.hasRetired()
            });
    }

    function withNewVersion(ProgramHeader header) external pure returns (ProgramHeader) {
        return header.withNewVersion();
    }

    function withActiveVersion(ProgramHeader header, uint32 version) external pure returns (ProgramHeader) {
        return header.withActiveVersion(version);
    }

    function withNewTraining(ProgramHeader header) external pure returns (ProgramHeader) {
        return header.withNewTraining();
    }

    function withNewTrainings(ProgramHeader header, uint64 count) external pure returns (ProgramHeader) {
        return header.withNewTrainings(count);
    }

    function withNextSequence(ProgramHeader header) external pure returns (ProgramHeader) {
        return header.withNextSequence();
    }

    function withFrozen(ProgramHeader header) external pure returns (ProgramHeader) {
        return header.withFrozen();
    }

    function withLock(ProgramHeader header, bool locked) external pure returns (ProgramHeader) {
        return header.withLock(locked);
    }

    function withHoldersOnly(ProgramHeader header, bool holdersOnly) external pure returns (ProgramHeader) {
        return header.withHoldersOnly(holdersOnly);
    }

    function withSuspension(ProgramHeader header, bool suspended) external pure returns (ProgramHeader) {
        return header.withSuspension(suspended);
    }

    function withRetired(ProgramHeader header) external pure returns (ProgramHeader) {
        return header.withRetired();
    }

    function withTime(ProgramHeader header, uint256 time) external pure returns (ProgramHeader) {
        return header.withTime(time);
    }
}
