// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title Registers AINFTs as agents in an ERC-8004 identity registry
/// @notice One agent a token, held by this contract, whose `agentURI` is the active version's manifest. The agent obeys
/// whoever controls the token now: a sale of the token is a sale of the agent. The registry's metadata entry `ainft`
/// holds `abi.encode(collection, tokenId)`. Warning: anybody can write such an entry to an agent of their own. An agent
/// is a token's only when `agentOf` says so, with the status HELD.
/// @dev Registry and adapter have no owner here: no right but the token controller's exists. What a malicious
/// controller can do: choose the agent's wallet, and withdraw the agent for ever. What a malicious collection can do:
/// answer for its own tokens as it likes, and so make agents of them; it reaches no other collection's agents. What a
/// malicious registry (or one that its owner upgrades) can do: lie about URI, wallet, metadata and reputation, refuse
/// service, take agents away. It cannot register in a controller's name, make a token have two agents, or have an agent
/// recorded that it did not hand over. The adapter holds no money and asks no other contract for any.
interface IERC8004Adapter {
    /// @notice Where a token's agent is. NONE: never registered. HELD: here, and obeys the token's controller.
    /// WITHDRAWN: in somebody's own hands, for ever.
    enum AgentStatus {
        NONE,
        HELD,
        WITHDRAWN
    }

    /// @notice Thrown when an address is no ERC-8004 registry: it has no code, or does not answer as one.
    error ERC8004AdapterNotARegistry(address registry);

    /// @notice Thrown when the reputation registry rates the agents of another identity registry.
    error ERC8004AdapterWrongIdentityRegistry(address reputationRegistry, address itsIdentityRegistry);

    /// @notice Thrown when the asked collection is no contract.
    error ERC8004AdapterNotACollection(address collection);

    /// @notice Thrown when the caller does not control the token.
    error ERC8004AdapterNotController(address collection, uint256 tokenId, address caller);

    /// @notice Thrown when a token already has, or once had, its agent.
    error ERC8004AdapterAlreadyRegistered(address collection, uint256 tokenId, uint256 agentId);

    /// @notice Thrown when a token never had an agent.
    error ERC8004AdapterNotRegistered(address collection, uint256 tokenId);

    /// @notice Thrown when a token's agent was withdrawn: this contract has no say over it any more.
    error ERC8004AdapterAgentWithdrawn(address collection, uint256 tokenId, uint256 agentId);

    /// @notice Thrown when the agent's URI already is the active version's manifest.
    error ERC8004AdapterUnchanged(address collection, uint256 tokenId, uint256 agentId);

    /// @notice Thrown when no wallet was set through this contract, so there is none to take away.
    error ERC8004AdapterNoWallet(address collection, uint256 tokenId);

    /// @notice Thrown when a stranger would take away a wallet whose setter still controls the token.
    error ERC8004AdapterWalletNotStale(address collection, uint256 tokenId, address setBy);

    /// @notice Thrown when a token arrives that is not an agent being registered.
    error ERC8004AdapterUnexpectedToken(address sender, uint256 tokenId);

    /// @notice Thrown when a registration is started while another one waits for its agent.
    error ERC8004AdapterRegistrationOpen();

    /// @notice Thrown when the registry names an agent that it did not hand over, or did not leave here.
    error ERC8004AdapterAgentNotReceived(uint256 agentId);

    /// @notice Emitted when a token becomes an agent.
    event AgentRegistered(
        address indexed collection,
        uint256 indexed tokenId,
        uint256 indexed agentId,
        bytes32 manifestDigest,
        address actor
    );

    /// @notice Emitted when an agent's URI follows the token's active version.
    event AgentSynced(
        address indexed collection,
        uint256 indexed tokenId,
        uint256 indexed agentId,
        bytes32 manifestDigest
    );

    /// @notice Emitted when an agent gets another wallet, or loses it (zero).
    event AgentWalletChanged(
        address indexed collection,
        uint256 indexed tokenId,
        uint256 indexed agentId,
        address wallet,
        address actor
    );

    /// @notice Emitted when an agent leaves for ever.
    event AgentWithdrawn(
        address indexed collection,
        uint256 indexed tokenId,
        uint256 indexed agentId,
        address to,
        address actor
    );

    /// @notice Registers a token as an agent: URI of the active manifest, entry `ainft`, no wallet.
    /// @dev Only the token's controller, once a token, also after a withdrawal: a reputation cannot be left behind by
    /// registering again. Reverts when the collection is no contract, when the caller is not the controller, when the
    /// token has or had an agent, or when the registry does not hand exactly the agent that it names over by ERC-721
    /// safe mint. The wallet that registries give an agent at first, the caller, would be this contract: it is taken
    /// away.
    /// Warning: whoever is approved for the token, a marketplace too, may register it.
    /// @param collection Collection that answers `IAINFT` and `IProgramAuthority`.
    /// @param tokenId Token of it.
    /// @return agentId Id in the registry; may be 0.
    function registerAgent(address collection, uint256 tokenId) external returns (uint256 agentId);

    /// @notice Sets the agent's URI to the active version's manifest.
    /// @dev Open to all: the outcome does not depend on the caller. Reverts when the token has no agent here, when it
    /// is unknown to its collection, or when nothing would change. A burned ERC-721 token keeps its last version.
    function syncAgent(address collection, uint256 tokenId) external;

    /// @notice Sets the wallet that acts and is paid for the agent.
    /// @dev Only the token's controller. Reverts when the token has no agent here, and as the registry does.
    /// Warning: the registry takes wallets away when an agent is transferred, but not when its token is: until somebody
    /// calls `clearAgentWallet`, or the buyer sets a wallet, the seller's goes on being paid.
    /// @param newWallet The wallet; it signs the registry's `AgentWalletSet` with this contract as `owner`.
    /// @param deadline Unix seconds until which that signature counts; the registry allows five minutes.
    /// @param signature The wallet's signature.
    function setAgentWallet(
        address collection,
        uint256 tokenId,
        address newWallet,
        uint256 deadline,
        bytes calldata signature
    ) external;

    /// @notice Takes the agent's wallet away.
    /// @dev The token's controller at any time; anybody as soon as the account that set it controls the token no more.
    /// Reverts when the token has no agent here or its agent no wallet, and for anybody else.
    function clearAgentWallet(address collection, uint256 tokenId) external;

    /// @notice Hands the agent to an account of the controller's choice, for ever. The entry `ainft` is taken out, the
    /// registry takes the wallet away, and every function here but `agentOf` refuses the token from then on.
    /// @dev Only the token's controller. Reverts when the token has no agent here, and when a receiving contract
    /// refuses it. Warning: irrevocable. Whoever is approved for the token may do it; buyers should look at `agentOf`
    /// first.
    /// @param to New owner of the agent.
    function withdrawAgent(address collection, uint256 tokenId, address to) external;

    /// @notice The agent of a token.
    /// @return agentId Id in the registry; means nothing while the status is NONE.
    /// @return status Whether there is one, and whether it is held here.
    function agentOf(address collection, uint256 tokenId) external view returns (uint256 agentId, AgentStatus status);

    /// @notice What named clients said about the token's agent, as the reputation registry sums it up.
    /// @dev Reverts when the token has no agent here, and as the registry does (deployed ones want at least one
    /// client). The registry reads every entry of every client: bound the list. Warning: anybody can be a client. The
    /// registry refuses feedback of an agent's owner, which is this contract, and so not that of the token's owner:
    /// name clients that you trust.
    /// @return count Entries that were counted.
    /// @return value Their average, as a number with `decimals` decimals.
    /// @return decimals Decimals of `value`.
    function reputationOf(
        address collection,
        uint256 tokenId,
        address[] calldata clients,
        string calldata tag1,
        string calldata tag2
    ) external view returns (uint64 count, int128 value, uint8 decimals);

    /// @notice The ERC-8004 identity registry.
    function identityRegistry() external view returns (address);

    /// @notice The ERC-8004 reputation registry that rates its agents.
    function reputationRegistry() external view returns (address);
}
