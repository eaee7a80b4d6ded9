// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title The timelock of a governor: owns what the DAO owns, and does what was decided once the delay is over
/// @notice OpenZeppelin's TimelockController as an immutable clone. Only its governor proposes and cancels; anybody
/// executes what is due; the timelock alone administers its roles, so a change of them is a vote as well. It has no
/// upgrade path and no other administrator.
/// @dev What a malicious governor can do: everything that the timelock may do, after the delay. Who executes chooses
/// only the moment.
interface IAINTimelock {
    /// @notice Thrown when the timelock would be opened for a governor without code.
    error AINTimelockNoGovernor(address governor);

    /// @notice Thrown when there are more opening calls than allowed, or their two lists differ in length.
    error AINTimelockBadOpening(uint256 targets, uint256 calldatas, uint256 maximum);

    /// @notice Emitted for each opening call.
    event OpeningCallExecuted(uint256 indexed index, address indexed target, bytes data);

    /// @notice Gives the timelock its delay and its governor, and makes its opening calls: the only ones without vote.
    /// @dev Once, by whoever made the clone, in the same transaction. Reverts when the governor has no code, when an
    /// opening call reverts, and ever after.
    /// @param minDelay Seconds between queueing and execution.
    /// @param governor Who proposes and cancels.
    /// @param targets Contracts that are called as the timelock, at most `MAX_OPENING_CALLS`.
    /// @param calldatas What each is called with.
    function open(uint256 minDelay, address governor, address[] calldata targets, bytes[] calldata calldatas) external;

    /// @notice Most opening calls.
    // A constant is named like one.
    // solhint-disable-next-line func-name-mixedcase
    function MAX_OPENING_CALLS() external view returns (uint256);
}
