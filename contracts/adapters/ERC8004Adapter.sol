// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {IERC721Receiver} from "@openzeppelin/contracts/token/ERC721/IERC721Receiver.sol";
import {IERC721Metadata} from "@openzeppelin/contracts/token/ERC721/extensions/IERC721Metadata.sol";
import {ERC165, IERC165} from "@openzeppelin/contracts/utils/introspection/ERC165.sol";
import {IAINFT} from "../interfaces/IAINFT.sol";
import {IERC8004Adapter} from "../interfaces/IERC8004Adapter.sol";
import {IProgramAuthority} from "../interfaces/IProgramAuthority.sol";
import {IERC8004Identity} from "../interfaces/external/IERC8004Identity.sol";
import {IERC8004Reputation} from "../interfaces/external/IERC8004Reputation.sol";
import {ManifestURI} from "../libraries/ManifestURI.sol";

/// @title Registers AINFTs as agents in an ERC-8004 identity registry
/// @dev Immutable, without an owner. Every call to the registry comes after the checks and the changes of its function,
/// except at a registration: the agent's id is the registry's choice, so `onERC721Received` writes it down.
contract ERC8004Adapter is IERC8004Adapter, IERC721Receiver, ERC165 {
    struct Agent {
        uint256 agentId;
        AgentStatus status;
        address walletSetBy;
    }

    string private constant BINDING_KEY = "ainft";

    /// @inheritdoc IERC8004Adapter
    address public immutable identityRegistry;

    /// @inheritdoc IERC8004Adapter
    address public immutable reputationRegistry;

    mapping(bytes32 tokenKey => Agent) private _agents;

    /// Key of the token whose agent the registry is about to hand over; zero but inside a registration.
    bytes32 private _awaited;

    /// @dev Reverts unless both addresses answer as the registries that they should be.
    constructor(address identityRegistry_, address reputationRegistry_) {
        _checkIdentityRegistry(identityRegistry_);
        _checkReputationRegistry(reputationRegistry_, identityRegistry_);
        identityRegistry = identityRegistry_;
        reputationRegistry = reputationRegistry_;
    }

    /// @inheritdoc IERC8004Adapter
    function registerAgent(address collection, uint256 tokenId) external returns (uint256 agentId) {
        _checkController(collection, tokenId);
        bytes32 key = _key(collection, tokenId);
        Agent storage agent = _agents[key];
        if (agent.status != AgentStatus.NONE) {
            revert ERC8004AdapterAlreadyRegistered(collection, tokenId, agent.agentId);
        }
        if (_awaited != 0) revert ERC8004AdapterRegistrationOpen();
        (, bytes32 manifestDigest) = IAINFT(collection).activeVersion(tokenId);

        _awaited = key;
        agentId = IERC8004Identity(identityRegistry).register(
            ManifestURI.fromDigest(manifestDigest),
            _binding(abi.encode(collection, tokenId))
        );
        if (agent.status != AgentStatus.HELD || agent.agentId != agentId) {
            revert ERC8004AdapterAgentNotReceived(agentId);
        }
        emit AgentRegistered(collection, tokenId, agentId, manifestDigest, msg.sender);
        IERC8004Identity(identityRegistry).unsetAgentWallet(agentId);
    }

    /// @notice Takes over the agent that is being registered, and nothing else.
    /// @dev Only the registry, once a registration, for a token that it minted to this contract.
    /// @inheritdoc IERC721Receiver
    function onERC721Received(
        address operator,
        address from,
        uint256 agentId,
        bytes calldata
    ) external returns (bytes4) {
        bytes32 key = _awaited;
        bool minted = msg.sender == identityRegistry && operator == address(this) && from == address(0);
        if (!minted || key == 0) revert ERC8004AdapterUnexpectedToken(msg.sender, agentId);

        _awaited = 0;
        _agents[key] = Agent({agentId: agentId, status: AgentStatus.HELD, walletSetBy: address(0)});
        return IERC721Receiver.onERC721Received.selector;
    }

    /// @inheritdoc IERC8004Adapter
    function syncAgent(address collection, uint256 tokenId) external {
        uint256 agentId = _held(collection, tokenId).agentId;
        (, bytes32 manifestDigest) = IAINFT(collection).activeVersion(tokenId);
        string memory uri = ManifestURI.fromDigest(manifestDigest);
        // The registry's own answer, not a copy of it: a copy could drift.
        if (keccak256(bytes(IERC721Metadata(identityRegistry).tokenURI(agentId))) == keccak256(bytes(uri))) {
            revert ERC8004AdapterUnchanged(collection, tokenId, agentId);
        }
        emit AgentSynced(collection, tokenId, agentId, manifestDigest);
        IERC8004Identity(identityRegistry).setAgentURI(agentId, uri);
    }

    /// @inheritdoc IERC8004Adapter
    function setAgentWallet(
        address collection,
        uint256 tokenId,
        address newWallet,
        uint256 deadline,
        bytes calldata signature
    ) external {
        Agent storage agent = _held(collection, tokenId);
        _checkController(collection, tokenId);
        agent.walletSetBy = msg.sender;
        uint256 agentId = agent.agentId;
        emit AgentWalletChanged(collection, tokenId, agentId, newWallet, msg.sender);
        IERC8004Identity(identityRegistry).setAgentWallet(agentId, newWallet, deadline, signature);
    }

    /// @inheritdoc IERC8004Adapter
    function clearAgentWallet(address collection, uint256 tokenId) external {
        Agent storage agent = _held(collection, tokenId);
        address setBy = agent.walletSetBy;
        if (setBy == address(0)) revert ERC8004AdapterNoWallet(collection, tokenId);
        IProgramAuthority authority = IProgramAuthority(collection);
        if (!authority.isController(tokenId, msg.sender) && authority.isController(tokenId, setBy)) {
            revert ERC8004AdapterWalletNotStale(collection, tokenId, setBy);
        }
        agent.walletSetBy = address(0);
        uint256 agentId = agent.agentId;
        emit AgentWalletChanged(collection, tokenId, agentId, address(0), msg.sender);
        IERC8004Identity(identityRegistry).unsetAgentWallet(agentId);
    }

    /// @inheritdoc IERC8004Adapter
    function withdrawAgent(address collection, uint256 tokenId, address to) external {
        Agent storage agent = _held(collection, tokenId);
        _checkController(collection, tokenId);
        agent.status = AgentStatus.WITHDRAWN;
        agent.walletSetBy = address(0);
        uint256 agentId = agent.agentId;
        emit AgentWithdrawn(collection, tokenId, agentId, to, msg.sender);
        IERC8004Identity(identityRegistry).setMetadata(agentId, BINDING_KEY, "");
        IERC721(identityRegistry).safeTransferFrom(address(this), to, agentId);
    }

    /// @inheritdoc IERC8004Adapter
    function agentOf(address collection, uint256 tokenId) external view returns (uint256 agentId, AgentStatus status) {
        Agent storage agent = _agents[_key(collection, tokenId)];
        return (agent.agentId, agent.status);
    }

    /// @inheritdoc IERC8004Adapter
    function reputationOf(
        address collection,
        uint256 tokenId,
        address[] calldata clients,
        string calldata tag1,
        string calldata tag2
    ) external view returns (uint64 count, int128 value, uint8 decimals) {
        uint256 agentId = _held(collection, tokenId).agentId;
        return IERC8004Reputation(reputationRegistry).getSummary(agentId, clients, tag1, tag2);
    }

    /// @inheritdoc IERC165
    function supportsInterface(bytes4 interfaceId) public view override returns (bool) {
        return
            interfaceId == type(IERC8004Adapter).interfaceId ||
            interfaceId == type(IERC721Receiver).interfaceId ||
            super.supportsInterface(interfaceId);
    }

    /// @dev The agent of a token, which must be here.
    function _held(address collection, uint256 tokenId) private view returns (Agent storage agent) {
        agent = _agents[_key(collection, tokenId)];
        if (agent.status == AgentStatus.NONE) revert ERC8004AdapterNotRegistered(collection, tokenId);
        if (agent.status == AgentStatus.WITHDRAWN) {
            revert ERC8004AdapterAgentWithdrawn(collection, tokenId, agent.agentId);
        }
    }

    function _checkController(address collection, uint256 tokenId) private view {
        if (collection.code.length == 0) revert ERC8004AdapterNotACollection(collection);
        if (!IProgramAuthority(collection).isController(tokenId, msg.sender)) {
            revert ERC8004AdapterNotController(collection, tokenId, msg.sender);
        }
    }

    /// @dev A registry answers for metadata that nobody set, and either names an agent's owner or refuses with a
    /// reason: a contract without the function would refuse without one.
    function _checkIdentityRegistry(address registry) private view {
        if (registry.code.length == 0) revert ERC8004AdapterNotARegistry(registry);
        (bool ok, bytes memory answer) = registry.staticcall(
            abi.encodeCall(IERC8004Identity.getMetadata, (0, BINDING_KEY))
        );
        // A value of type bytes is at least two words long.
        if (!ok || answer.length < 64) revert ERC8004AdapterNotARegistry(registry);
        (, answer) = registry.staticcall(abi.encodeCall(IERC721.ownerOf, (0)));
        if (answer.length == 0) revert ERC8004AdapterNotARegistry(registry);
    }

    function _checkReputationRegistry(address registry, address identity) private view {
        if (registry.code.length == 0) revert ERC8004AdapterNotARegistry(registry);
        (bool ok, bytes memory answer) = registry.staticcall(
            abi.encodeCall(IERC8004Reputation.getIdentityRegistry, ())
        );
        if (!ok || answer.length != 32) revert ERC8004AdapterNotARegistry(registry);
        address itsIdentity = address(uint160(uint256(bytes32(answer)))); // an ABI word holds an address in its low bits
        if (itsIdentity != identity) revert ERC8004AdapterWrongIdentityRegistry(registry, itsIdentity);
    }

    function _binding(bytes memory value) private pure returns (IERC8004Identity.MetadataEntry[] memory entries) {
        entries = new IERC8004Identity.MetadataEntry[](1);
        entries[0] = IERC8004Identity.MetadataEntry({metadataKey: BINDING_KEY, metadataValue: value});
    }

    function _key(address collection, uint256 tokenId) private pure returns (bytes32) {
        return keccak256(abi.encode(collection, tokenId));
    }
}
