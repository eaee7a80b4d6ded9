// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title Reputation registry of ERC-8004 (Trustless Agents)
/// @dev Signatures of the draft and of the registries that are deployed.
interface IERC8004Reputation {
    /// @notice Records feedback of the caller about an agent. Not for the agent's owner or operators.
    function giveFeedback(
        uint256 agentId,
        int128 value,
        uint8 valueDecimals,
        string calldata tag1,
        string calldata tag2,
        string calldata endpoint,
        string calldata feedbackURI,
        bytes32 feedbackHash
    ) external;

    /// @notice Takes back feedback that the caller gave.
    function revokeFeedback(uint256 agentId, uint64 feedbackIndex) external;

    /// @notice Average of the feedback of named clients. Deployed registries refuse an empty list.
    /// @param tag1 Only feedback with this first tag; empty for any.
    /// @param tag2 Only feedback with this second tag; empty for any.
    /// @return count Entries that were counted.
    /// @return summaryValue Their average, as a number with `summaryValueDecimals` decimals.
    /// @return summaryValueDecimals Decimals that most entries have.
    function getSummary(
        uint256 agentId,
        address[] calldata clientAddresses,
        string calldata tag1,
        string calldata tag2
    ) external view returns (uint64 count, int128 summaryValue, uint8 summaryValueDecimals);

    /// @notice The identity registry whose agents are rated.
    function getIdentityRegistry() external view returns (address);
}
