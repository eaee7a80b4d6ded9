// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title Identity registry of ERC-8004 (Trustless Agents), beside the ERC-721 that it also is
/// @dev Signatures of the draft and of the registries that are deployed. None of them advertises an ERC-165 id: probe
/// by call. Agent ids may start from 0.
interface IERC8004Identity {
    /// @param metadataKey Name of the entry; `agentWallet` is reserved.
    /// @param metadataValue Any bytes.
    struct MetadataEntry {
        string metadataKey;
        bytes metadataValue;
    }

    /// @notice Emitted for every new agent.
    event Registered(uint256 indexed agentId, string agentURI, address indexed owner);

    /// @notice Emitted for every metadata entry that is set, the agent's wallet among them.
    event MetadataSet(
        uint256 indexed agentId,
        string indexed indexedMetadataKey,
        string metadataKey,
        bytes metadataValue
    );

    /// @notice Emitted when an agent's URI changes.
    event URIUpdated(uint256 indexed agentId, string newURI, address indexed updatedBy);

    /// @notice Mints an agent to the caller, with its URI and metadata.
    /// @dev Deployed registries hand the token over (ERC-721 safe mint) before they write URI and metadata, and make
    /// the caller the agent's wallet.
    function register(string calldata agentURI, MetadataEntry[] calldata metadata) external returns (uint256 agentId);

    /// @notice Mints an agent to the caller, with its URI.
    function register(string calldata agentURI) external returns (uint256 agentId);

    /// @notice Mints an agent to the caller.
    function register() external returns (uint256 agentId);

    /// @notice Points an agent at another registration file. Owner or operator.
    function setAgentURI(uint256 agentId, string calldata newURI) external;

    /// @notice Sets a metadata entry. Owner or operator.
    function setMetadata(uint256 agentId, string calldata metadataKey, bytes calldata metadataValue) external;

    /// @notice Sets the wallet that acts and is paid for the agent. Owner or operator.
    /// @param newWallet The wallet.
    /// @param deadline Unix seconds; at most five minutes ahead.
    /// @param signature By the wallet, over EIP-712 `AgentWalletSet(uint256 agentId,address newWallet,address owner,
    /// uint256 deadline)`: ECDSA, or ERC-1271.
    function setAgentWallet(uint256 agentId, address newWallet, uint256 deadline, bytes calldata signature) external;

    /// @notice Takes the agent's wallet away. Owner or operator. A transfer does it too.
    function unsetAgentWallet(uint256 agentId) external;

    /// @notice A metadata entry; empty when there is none.
    function getMetadata(uint256 agentId, string calldata metadataKey) external view returns (bytes memory);

    /// @notice The agent's wallet; zero when there is none.
    function getAgentWallet(uint256 agentId) external view returns (address);
}
