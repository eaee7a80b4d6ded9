// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {IAINFT} from "../interfaces/IAINFT.sol";
import {MerkleMountainRange} from "../libraries/MerkleMountainRange.sol";
import {TrainingHash} from "../libraries/TrainingHash.sol";
import {ProgramHeader} from "../types/ProgramHeader.sol";
import {TrainingRecord} from "../types/TrainingRecord.sol";
import {ProgramStore} from "./ProgramStore.sol";

/// @title A token's append-only log of training records
abstract contract TrainingLog is ProgramStore, EIP712 {
    using MerkleMountainRange for mapping(uint256 height => bytes32 peak);

    /// @inheritdoc IAINFT
    function recordTraining(
        uint256 tokenId,
        TrainingRecord calldata record,
        bytes calldata consent
    ) external returns (uint64 index) {
        (Program storage program, ProgramHeader header) = _changeByController(tokenId, msg.sender);
        if (record.contributor == address(0)) revert AINFTEmptyContributor(tokenId);
        if (record.trainedAt > block.timestamp) revert AINFTTrainingInFuture(record.trainedAt, block.timestamp);
        index = header.trainingCount();
        bytes32 leaf = TrainingHash.leaf(record);
        _checkConsent(tokenId, index, record.contributor, leaf, consent);

        program.header = header.withNewTraining();
        program.peaks.append(index, leaf);
        _emitTrainingRecorded(tokenId, index, record);
    }

    /// @inheritdoc IAINFT
    function trainingCount(uint256 tokenId) external view returns (uint64) {
        return _knownProgram(tokenId).header.trainingCount();
    }

    /// @inheritdoc IAINFT
    function trainingRoot(uint256 tokenId) external view returns (bytes32) {
        Program storage program = _knownProgram(tokenId);
        return program.peaks.root(program.header.trainingCount());
    }

    /// @inheritdoc IAINFT
    function trainingPeak(uint256 tokenId, uint8 height) external view returns (bytes32) {
        return _knownProgram(tokenId).peaks[height];
    }

    /// @inheritdoc IAINFT
    function verifyTraining(
        uint256 tokenId,
        TrainingRecord calldata record,
        uint64 index,
        bytes32[] calldata proof
    ) external view returns (bool) {
        Program storage program = _knownProgram(tokenId);
        return program.peaks.verify(program.header.trainingCount(), TrainingHash.leaf(record), index, proof);
    }

    /// @inheritdoc IAINFT
    function trainingConsentDigest(
        uint256 tokenId,
        uint64 index,
        TrainingRecord calldata record
    ) external view returns (bytes32) {
        return _consentDigest(tokenId, index, TrainingHash.leaf(record));
    }

    function _checkConsent(
        uint256 tokenId,
        uint64 index,
        address contributor,
        bytes32 leaf,
        bytes calldata consent
    ) private view {
        if (contributor == msg.sender) return;
        bytes32 digest = _consentDigest(tokenId, index, leaf);
        // ECDSA first: an account with delegated code (EIP-7702) can still sign with its key.
        // A failed recovery gives zero, which no contributor is.
        if (_recover(digest, consent) == contributor) return;
        if (contributor.code.length != 0) {
            if (SignatureChecker.isValidERC1271SignatureNowCalldata(contributor, digest, consent)) return;
        }
        revert AINFTInvalidConsent(tokenId, index, contributor);
    }

    /// @dev Key behind a 65-byte or a compact 64-byte signature; zero when there is none.
    function _recover(bytes32 digest, bytes calldata signature) private pure returns (address recovered) {
        if (signature.length == 64) {
            (recovered, , ) = ECDSA.tryRecover(digest, bytes32(signature[:32]), bytes32(signature[32:]));
        } else {
            (recovered, , ) = ECDSA.tryRecoverCalldata(digest, signature);
        }
    }

    function _consentDigest(uint256 tokenId, uint64 index, bytes32 leaf) private view returns (bytes32) {
        return _hashTypedDataV4(TrainingHash.consent(tokenId, index, leaf));
    }

    function _emitTrainingRecorded(uint256 tokenId, uint64 index, TrainingRecord calldata record) private {
        emit TrainingRecorded(
            tokenId,
            index,
            record.contributor,
            record.parentManifest,
            record.childManifest,
            record.datasetDigest,
            record.codeDigest,
            record.metricsDigest,
            record.trainedAt
        );
    }
}
