// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {IActivityCounters} from "./interfaces/IActivityCounters.sol";
import {IAttestationVerifier} from "./interfaces/IAttestationVerifier.sol";
import {IOracleLink} from "./interfaces/IOracleLink.sol";
import {ReportTree} from "./libraries/ReportTree.sol";
import {Cap, Increment, SkipReason} from "./types/Increment.sol";
import {Report} from "./types/Inference.sol";

/// @title Counts what tokens did, by signed increments under caps
/// @dev No owner and no upgrade: every right lies with a collection's owner and its oracle.
contract ActivityCounters is IActivityCounters {
    using ReportTree for bytes32[];

    struct Counter {
        uint128 value;
        uint64 sequence;
    }

    /// What one source has added to one counter of one token in one period.
    struct Spending {
        uint64 periodStart;
        uint64 amount;
    }

    /// @inheritdoc IActivityCounters
    uint256 public constant MAX_INCREMENTS = 64;

    bytes32 private constant INCREMENT_TYPEHASH = keccak256(
        "ActivityIncrement(uint256 chainId,address counters,address collection,Increment increment)"
        "Increment(uint256 tokenId,bytes32 counter,bytes32 source,uint64 sequence,uint64 amount,bytes32 evidence)"
    );

    bytes32 private constant CONTENT_TYPEHASH = keccak256(
        "Increment(uint256 tokenId,bytes32 counter,bytes32 source,uint64 sequence,uint64 amount,bytes32 evidence)"
    );

    mapping(address collection => mapping(uint256 tokenId => mapping(bytes32 counter => Counter))) private _counters;
    mapping(address collection => mapping(bytes32 counter => mapping(bytes32 source => Cap))) private _caps;
    mapping(bytes32 spendingKey => Spending) private _spending;

    /// @inheritdoc IActivityCounters
    function setCap(address collection, bytes32 counter, bytes32 source, Cap calldata cap) external {
        if (Ownable(collection).owner() != msg.sender) revert ActivityCountersNotOwner(collection, msg.sender);
        if (cap.limit != 0 && cap.period == 0) revert ActivityCountersNoPeriod(cap.limit);
        Cap memory previous = _caps[collection][counter][source];
        _caps[collection][counter][source] = cap;
        emit CapChanged(collection, counter, source, previous, cap);
    }

    /// @inheritdoc IActivityCounters
    function applyIncrements(
        address collection,
        uint32 configVersion,
        uint64 deadline,
        Increment[] calldata increments,
        bytes calldata attestation
    ) external {
        Report memory report = Report({
            configVersion: configVersion,
            deadline: deadline,
            firstId: 0,
            count: uint32(increments.length), // at most 64, or the root reverts
            root: incrementsRoot(collection, increments)
        });
        address itsOracle = IOracleLink(collection).oracle();
        if (itsOracle.code.length == 0) revert ActivityCountersNoOracle(collection, itsOracle);
        if (!IAttestationVerifier(itsOracle).isValidReport(report, attestation)) {
            revert ActivityCountersNotSigned(collection, itsOracle);
        }
        for (uint256 i = 0; i < increments.length; ++i) _apply(collection, increments[i], i);
    }

    /// @inheritdoc IActivityCounters
    function counterOf(address collection, uint256 tokenId, bytes32 counter) external view returns (uint128) {
        return _counters[collection][tokenId][counter].value;
    }

    /// @inheritdoc IActivityCounters
    function sequenceOf(address collection, uint256 tokenId, bytes32 counter) external view returns (uint64) {
        return _counters[collection][tokenId][counter].sequence;
    }

    /// @inheritdoc IActivityCounters
    function capOf(address collection, bytes32 counter, bytes32 source) external view returns (Cap memory) {
        return _caps[collection][counter][source];
    }

    /// @inheritdoc IActivityCounters
    function spentIn(
        address collection,
        uint256 tokenId,
        bytes32 counter,
        bytes32 source
    ) external view returns (uint64 spent, uint64 periodStart) {
        Cap memory cap = _caps[collection][counter][source];
        if (cap.limit == 0) return (0, 0);
        periodStart = _periodStart(cap);
        spent = _spentSince(_spending[_spendingKey(collection, tokenId, counter, source)], periodStart);
    }

    /// @inheritdoc IActivityCounters
    function incrementLeaf(address collection, Increment calldata increment) public view returns (bytes32) {
        bytes32 content = keccak256(abi.encode(CONTENT_TYPEHASH, increment));
        // Twice, as every leaf of a report: nothing that is hashed once passes for one.
        return
            keccak256(
                abi.encode(keccak256(abi.encode(INCREMENT_TYPEHASH, block.chainid, address(this), collection, content)))
            );
    }

    /// @inheritdoc IActivityCounters
    function incrementsRoot(address collection, Increment[] calldata increments) public view returns (bytes32) {
        uint256 count = increments.length;
        if (count == 0 || count > MAX_INCREMENTS) revert ActivityCountersBadBatchLength(count, MAX_INCREMENTS);
        bytes32[] memory nodes = ReportTree.allocate(count);
        for (uint256 i = 0; i < count; ++i) nodes.put(count, i, incrementLeaf(collection, increments[i]));
        return nodes.root();
    }

    function _apply(address collection, Increment calldata increment, uint256 index) private {
        (bool applied, SkipReason reason) = _tryApply(collection, increment);
        if (!applied) emit IncrementSkipped(collection, increment.tokenId, increment.counter, index, reason);
    }

    function _tryApply(
        address collection,
        Increment calldata increment
    ) private returns (bool applied, SkipReason reason) {
        Counter storage counter = _counters[collection][increment.tokenId][increment.counter];
        Counter memory next = counter;
        unchecked {
            // One at a time, a sequence reaches no 2 ** 64, nor so many amounts below 2 ** 64 a value of 2 ** 128.
            next.sequence += 1;
            next.value += increment.amount;
        }
        if (increment.sequence != next.sequence) return (false, SkipReason.SEQUENCE);
        Cap memory cap = _caps[collection][increment.counter][increment.source];
        if (cap.limit == 0) return (false, SkipReason.UNCAPPED);
        bytes32 key = _spendingKey(collection, increment.tokenId, increment.counter, increment.source);
        uint64 periodStart = _periodStart(cap);
        uint256 spent = uint256(_spentSince(_spending[key], periodStart)) + increment.amount;
        if (spent > cap.limit) return (false, SkipReason.CAPPED);

        _spending[key] = Spending(periodStart, uint64(spent)); // at most the limit
        _counters[collection][increment.tokenId][increment.counter] = next;
        emit CounterIncreased(
            collection,
            increment.tokenId,
            increment.counter,
            increment.source,
            next.sequence,
            increment.amount,
            next.value,
            increment.evidence
        );
        return (true, reason);
    }

    /// @dev The cap has a period. Block times are far below 2 ** 64.
    function _periodStart(Cap memory cap) private view returns (uint64) {
        return uint64(block.timestamp - (block.timestamp % cap.period));
    }

    function _spentSince(Spending memory spending, uint64 periodStart) private pure returns (uint64) {
        return spending.periodStart == periodStart ? spending.amount : 0;
    }

    function _spendingKey(
        address collection,
        uint256 tokenId,
        bytes32 counter,
        bytes32 source
    ) private pure returns (bytes32) {
        return keccak256(abi.encode(collection, tokenId, counter, source));
    }
}
