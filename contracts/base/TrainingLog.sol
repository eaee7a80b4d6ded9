// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IAINFTLife} from "../interfaces/IAINFTLife.sol";
import {MerkleMountainRange} from "../libraries/MerkleMountainRange.sol";
import {TrainingHash} from "../libraries/TrainingHash.sol";
import {ProgramHeader} from "../types/ProgramHeader.sol";
import {TrainingRecord} from "../types/TrainingRecord.sol";
import {TrainingConsents} from "./TrainingConsents.sol";

/// @title Appending to a token's training log, one record at a time
abstract contract TrainingLog is IAINFTLife, TrainingConsents {
    using MerkleMountainRange for mapping(uint256 height => bytes32 peak);

    /// @inheritdoc IAINFTLife
    function addTraining(
        uint256 tokenId,
        TrainingRecord calldata record,
        bytes calldata consent
    ) external returns (uint64 index) {
        (Program storage program, ProgramHeader header) = _changeByController(tokenId);
        if (record.contributor == address(0)) revert AINFTEmptyContributor(tokenId);
        if (record.trainedAt > block.timestamp) revert AINFTTrainingInFuture(record.trainedAt, block.timestamp);
        index = header.trainingCount();
        bytes32 leaf = TrainingHash.leaf(record);
        _checkConsent(tokenId, index, record.contributor, TrainingHash.consent(tokenId, index, leaf), consent);

        program.header = header.withNewTraining();
        program.peaks.append(index, leaf);
        TrainingHash.emitRecorded(tokenId, index, record);
    }
}
