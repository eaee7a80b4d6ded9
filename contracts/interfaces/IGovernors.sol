// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IVotes} from "@openzeppelin/contracts/governance/utils/IVotes.sol";
import {GovernorSettings} from "../types/Governance.sol";

/// @title Opens governors with their timelocks
/// @notice Anybody may open a pair over any votes. Both are immutable clones. Whoever opens them, this contract
/// included, keeps no power over either.
/// @dev The addresses are known before, so that things can be offered to the timelock first and accepted in its opening
/// calls: that is how a collective of any size is handed to its members, or a suite of contracts to its DAO, with no
/// moment in which somebody else holds a right. What a malicious opener can do: choose bad rules, votes that lie, or
/// opening calls by which the timelock gives away what it gets. All of that is in the events of one transaction.
interface IGovernors {
    /// @notice Thrown when the contract would be built on an address without code.
    error GovernorsNoImplementation(address implementation);

    /// @notice Emitted when a governor and its timelock are opened.
    event GovernorOpened(
        address indexed governor,
        address indexed timelock,
        address indexed opener,
        address votes,
        string name
    );

    /// @notice Opens a governor and its timelock.
    /// @dev Both addresses depend on caller and salt alone, so nobody else can take them first. Reverts when the caller
    /// has used the salt, when the rules or the votes are refused by the governor, and when an opening call reverts.
    /// @param salt Any value the caller has not used.
    /// @param name Name of the governor's EIP-712 domain.
    /// @param votes What gives votes: ERC-5805 in timestamp mode.
    /// @param settings Rules to begin with.
    /// @param targets Contracts that the timelock calls at once, without a vote: see {IAINTimelock-open}.
    /// @param calldatas What each is called with.
    function openGovernor(
        bytes32 salt,
        string calldata name,
        IVotes votes,
        GovernorSettings calldata settings,
        address[] calldata targets,
        bytes[] calldata calldatas
    ) external returns (address governor, address timelock);

    /// @notice The addresses that `openGovernor` gives to this opener and salt.
    function predictGovernor(address opener, bytes32 salt) external view returns (address governor, address timelock);

    /// @notice The code that every governor opened here runs.
    function governorImplementation() external view returns (address);

    /// @notice The code that every timelock opened here runs.
    function timelockImplementation() external view returns (address);
}
