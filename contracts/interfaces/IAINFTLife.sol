// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {StateUpdate} from "../types/StateUpdate.sol";
import {TrainingRecord} from "../types/TrainingRecord.sol";
import {IAINFTEvents} from "./IAINFTEvents.sol";
import {IProgramAuthority} from "./IProgramAuthority.sol";

/// @title The life of a program: versions, training, state
/// @notice The part of {IAINFT} that is called often. Its rules about malicious callers are stated there.
interface IAINFTLife is IAINFTEvents, IProgramAuthority {
    /// @notice Appends a version and makes it the active one.
    /// @dev Only the token's controller. Reverts when the token is unknown, frozen or locked, or when the digest is
    /// zero. A digest may be published again: that is a new version with the old content, also when the old one was
    /// retired. Ends a suspension (see {IAINFTDisputes}).
    /// Warning: the digest is opaque to the contract. Check the manifest's bytes against it before trusting them.
    /// @param tokenId Token whose program changes.
    /// @param manifestDigest sha-256 of the manifest's RFC 8785 bytes.
    /// @return version Number of the new version, one more than the count before.
    function publishManifest(uint256 tokenId, bytes32 manifestDigest) external returns (uint32 version);

    /// @notice Makes an already published version the active one, as a recorded act.
    /// @dev Only the token's controller. Reverts when the token is unknown, frozen or locked, or when the version was
    /// never published, is already active or was retired. No version is ever removed. Ends a suspension.
    /// @param tokenId Token whose program changes.
    /// @param version Version to run, from 1 to the version count.
    /// @param reasonDigest Digest of the document that says why; may be zero.
    function activateVersion(uint256 tokenId, uint32 version, bytes32 reasonDigest) external;

    /// @notice Stops every later change of the program: versions, training log and state, by anybody.
    /// @dev Only the token's controller; irrevocable. Reverts when the token is unknown or already frozen.
    /// Warning: there is no way back, not by vote either. The token itself stays transferable. Whoever is approved for
    /// the token, a marketplace too, may freeze it.
    /// @param tokenId Token to freeze.
    function freeze(uint256 tokenId) external;

    /// @notice The version the token runs, and its manifest digest.
    /// @dev Reverts when the token is unknown.
    function activeVersion(uint256 tokenId) external view returns (uint32 version, bytes32 manifestDigest);

    /// @notice Appends one record to the token's training log.
    /// @dev Only the token's controller. The contributor consents by an EIP-712 `TrainingConsent` over token, index and
    /// record (ECDSA is tried first, then ERC-1271); a contributor who is the caller needs no signature. The index is
    /// part of what is signed, so a consent can be used once, and dies when another record takes its place. Warning:
    /// until then it does not expire, and a later owner can use it. Reverts when the token is unknown or frozen, when
    /// the contributor is zero or did not consent, or when `trainedAt` is in the future.
    /// @param tokenId Token that was trained.
    /// @param record The contribution.
    /// @param consent The contributor's signature: 65 bytes, 64 bytes (EIP-2098), or what their ERC-1271 wallet
    /// expects.
    /// @return index Position of the record in the log, from 0.
    function addTraining(
        uint256 tokenId,
        TrainingRecord calldata record,
        bytes calldata consent
    ) external returns (uint64 index);

    /// @notice Changes a token's state to what a quorum signed.
    /// @dev Only the collection's oracle. Reverts when the token is unknown or frozen, when the sequence is not the
    /// next one, or when the manifest is not the active version's. A malicious oracle could write any state digest of
    /// any token of the collection, and nothing else: no version, no training record, no ownership.
    /// @param update The change; its `collection` must be this contract.
    function applySignedState(StateUpdate calldata update) external;
}
