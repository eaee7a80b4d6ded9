// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IVotes} from "@openzeppelin/contracts/governance/utils/IVotes.sol";
import {GovernorSettings} from "../types/Governance.sol";

/// @title The governor of a DAO: proposals, votes, and the orders to its timelock
/// @notice OpenZeppelin's Governor as an immutable clone, for the AI Network DAO (votes from AIN) and for collectives
/// (votes from their tokens). A proposal is a list of calls and the hash of a text. It passes when more votes were cast
/// for than against it and those for and abstaining make the quorum, measured at the proposal's snapshot. Then
/// anybody queues it, and after the timelock's delay anybody executes exactly these calls.
/// @dev Every rule can be changed by vote only, and never for a proposal that stands already: the quorum is that of the
/// snapshot. A quorum that is reached late keeps the vote open for the extension, once. A description that ends in
/// `#proposer=0x...` can be proposed by that account alone, so that nobody takes a proposal over to cancel it.
/// What a malicious majority can do: everything that the timelock may do. What a proposer can do: cancel their own
/// proposal until voting begins. Nobody else has a right here.
interface IAINGovernor {
    /// @notice Thrown when the votes do not count time in seconds, which the settings are in.
    error AINGovernorNoTimestampVotes(address votes);

    /// @notice Thrown when the quorum would be zero: then one vote among any number would decide.
    error AINGovernorNoQuorum();

    /// @notice Gives the governor its name, votes, timelock and rules.
    /// @dev Once, by whoever made the clone, in the same transaction. Reverts when the votes are not in timestamp mode,
    /// when a rule is not one (a period of zero, an extension above the period, a quorum of zero or above the whole),
    /// and ever after.
    /// @param name_ Name in the EIP-712 domain under which votes are signed; the version is 1.
    /// @param votes What gives votes: ERC-5805 in timestamp mode.
    /// @param timelock_ The timelock that obeys this governor.
    /// @param settings Rules to begin with; `timelockDelay` is the timelock's.
    function initialize(
        string calldata name_,
        IVotes votes,
        address payable timelock_,
        GovernorSettings calldata settings
    ) external;
}
