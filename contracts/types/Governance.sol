// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {CollectionKind} from "./CollectionKind.sol";

/// @notice The rules by which a governor and its timelock begin. All of them can be changed by vote afterwards.
/// @param votingDelay Seconds between a proposal and the moment whose votes count for it.
/// @param votingPeriod Seconds during which votes are cast; not zero.
/// @param lateQuorumExtension Seconds that voting stays open at least after the quorum is reached; at most the period.
/// @param quorumBps Part of all votes that must be cast for or abstain, in hundredths of a per cent: 1 to 10000.
/// @param proposalThreshold Votes that a proposer must have, in the smallest unit of the votes.
/// @param timelockDelay Seconds between the queueing of what was decided and its execution.
struct GovernorSettings {
    uint48 votingDelay;
    uint32 votingPeriod;
    uint48 lateQuorumExtension;
    uint16 quorumBps;
    uint256 proposalThreshold;
    uint256 timelockDelay;
}

/// @notice How a collective is opened.
/// @param kind ERC721_VOTES or ERC1155_VOTES.
/// @param name Name of the collection, and of its governor's EIP-712 domain.
/// @param symbol Symbol of the collection.
/// @param oracle Contract allowed to apply signed updates; zero means that no update is possible yet.
/// @param arbiter Contract allowed to lock programs while they are disputed, for ever; zero means nobody.
/// @param manifestDigest First manifest of the program that the members own together.
/// @param limit Most editions that will ever be minted; ERC721_VOTES has no such limit and wants zero.
/// @param holders The first members, one unit each; an account named twice gets two.
/// @param settings Rules of the collective's governor and timelock.
struct CollectiveConfig {
    CollectionKind kind;
    string name;
    string symbol;
    address oracle;
    address arbiter;
    bytes32 manifestDigest;
    uint80 limit;
    address[] holders;
    GovernorSettings settings;
}
