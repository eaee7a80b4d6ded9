// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Cap, Increment, SkipReason} from "../types/Increment.sol";

/// @title Counters of what tokens did: experience, points
/// @notice A quorum of the collection's oracle signs what is added, never a total, and the collection's owner caps what
/// each source may add to each token's counter in a period. Counters only grow. They stand beside the program: a frozen
/// or burned token can still be counted, and an ERC-1155 id has one counter for all its editions.
/// What m colluding reporters can do: add up to the caps to any token of a collection that obeys their oracle. What the
/// owner of a collection can do: set any cap, and, while the choice is not locked, name any oracle, so add anything to
/// its own tokens. What a malicious collection can do: name any owner and oracle for itself, to no other's harm.
/// @dev What is signed is the oracle's Report with the first id 0, the number of increments and the root over their
/// leaves in order ({IInferenceBatches}). A leaf names this contract and its chain under a type of its own, so that
/// neither a result nor an update passes for one, nor an increment for another deployment.
interface IActivityCounters {
    /// @notice Thrown when somebody caps counters of a collection that they do not own.
    error ActivityCountersNotOwner(address collection, address caller);

    /// @notice Thrown when a limit has no period.
    error ActivityCountersNoPeriod(uint64 limit);

    /// @notice Thrown when a batch is empty or longer than allowed.
    error ActivityCountersBadBatchLength(uint256 length, uint256 maximum);

    /// @notice Thrown when a collection obeys no oracle.
    error ActivityCountersNoOracle(address collection, address itsOracle);

    /// @notice Thrown when no quorum of the collection's oracle signed the increments.
    error ActivityCountersNotSigned(address collection, address itsOracle);

    /// @notice Emitted when the collection's owner allows a source more or less; a limit of 0 is nothing.
    event CapChanged(
        address indexed collection,
        bytes32 indexed counter,
        bytes32 indexed source,
        Cap previous,
        Cap cap
    );

    /// @notice Emitted when a counter grows.
    /// @param value The counter from now on.
    event CounterIncreased(
        address indexed collection,
        uint256 indexed tokenId,
        bytes32 indexed counter,
        bytes32 source,
        uint64 sequence,
        uint64 amount,
        uint128 value,
        bytes32 evidence
    );

    /// @notice Emitted for an increment of a batch that was not applied. Its sequence was not used.
    /// @param index Place in the batch, from 0.
    event IncrementSkipped(
        address indexed collection,
        uint256 indexed tokenId,
        bytes32 indexed counter,
        uint256 index,
        SkipReason reason
    );

    /// @notice Allows a source to add up to a limit to a counter of each token of a collection in each period.
    /// @dev Only the collection's owner. Until it is called nothing can be added. Takes effect at once: what was added
    /// in the present period counts against the new limit, if a period of the new length begins when the present one
    /// did, and is forgotten otherwise. Reverts when a limit has no period.
    function setCap(address collection, bytes32 counter, bytes32 source, Cap calldata cap) external;

    /// @notice Adds what a quorum signed, in the order of the batch.
    /// @dev Open to all. An increment that is not its counter's next, whose source has no cap, or that exceeds what the
    /// cap leaves of the present period is skipped with an event; the rest is applied. A skipped one may be submitted
    /// again until the report's deadline, or be replaced by another of the same sequence. Reverts when the batch is
    /// empty or longer than `MAX_INCREMENTS`, when the collection has no oracle, or when the quorum is not exactly
    /// right.
    /// @param collection Whose tokens the increments are about, and whose oracle must have signed.
    /// @param configVersion Reporter config whose quorum signed.
    /// @param deadline Unix seconds until which the report counts.
    /// @param increments What is added.
    /// @param attestation As the oracle reads it.
    function applyIncrements(
        address collection,
        uint32 configVersion,
        uint64 deadline,
        Increment[] calldata increments,
        bytes calldata attestation
    ) external;

    /// @notice A counter of a token; 0 before anything was added.
    function counterOf(address collection, uint256 tokenId, bytes32 counter) external view returns (uint128);

    /// @notice The last sequence that a counter used; 0 before anything was added.
    function sequenceOf(address collection, uint256 tokenId, bytes32 counter) external view returns (uint64);

    /// @notice What a source may add to a counter of each token of a collection.
    function capOf(address collection, bytes32 counter, bytes32 source) external view returns (Cap memory);

    /// @notice What a source has added to a counter in the present period, and when that began (Unix seconds).
    /// @dev Both 0 while the source has no cap.
    function spentIn(
        address collection,
        uint256 tokenId,
        bytes32 counter,
        bytes32 source
    ) external view returns (uint64 spent, uint64 periodStart);

    /// @notice Leaf of an increment, as reporters sign it.
    function incrementLeaf(address collection, Increment calldata increment) external view returns (bytes32);

    /// @notice The root that a quorum signs for a batch.
    /// @dev Reverts when the batch is empty or longer than `MAX_INCREMENTS`.
    function incrementsRoot(address collection, Increment[] calldata increments) external view returns (bytes32);

    /// @notice Most increments of one batch: 64.
    function MAX_INCREMENTS() external view returns (uint256);
}
