// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ERC721, ERC721URIStorage} from "@openzeppelin/contracts/token/ERC721/extensions/ERC721URIStorage.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {IERC8004Identity} from "../interfaces/external/IERC8004Identity.sol";

/// @notice Pretends to be a deployed ERC-8004 identity registry: the same signatures, events and order of acts. Ids
/// count from 0, and the agent is handed over before its URI and metadata are written.
contract ERC8004RegistryMock is IERC8004Identity, ERC721URIStorage, EIP712 {
    error ERC8004RegistryMockBadWallet(address wallet);
    error ERC8004RegistryMockBadDeadline(uint256 deadline);
    error ERC8004RegistryMockReservedKey();

    bytes32 private constant WALLET_TYPEHASH = keccak256(
        "AgentWalletSet(uint256 agentId,address newWallet,address owner,uint256 deadline)"
    );
    string private constant WALLET_KEY = "agentWallet";

    uint256 private _nextId;
    mapping(uint256 agentId => mapping(string key => bytes value)) private _metadata;

    constructor() ERC721("AgentIdentity", "AGENT") EIP712("ERC8004IdentityRegistry", "1") {}

    function register(string calldata agentURI, MetadataEntry[] calldata metadata) external returns (uint256 agentId) {
        agentId = _register(agentURI);
        for (uint256 i = 0; i < metadata.length; ++i) {
            _setMetadata(agentId, metadata[i].metadataKey, metadata[i].metadataValue);
        }
        return _answer(agentId);
    }

    function register(string calldata agentURI) external returns (uint256 agentId) {
        return _answer(_register(agentURI));
    }

    function register() external returns (uint256 agentId) {
        return _answer(_register(""));
    }

    function setAgentURI(uint256 agentId, string calldata newURI) external {
        _checkAuthorized(ownerOf(agentId), msg.sender, agentId);
        _setTokenURI(agentId, newURI);
        emit URIUpdated(agentId, newURI, msg.sender);
    }

    function setMetadata(uint256 agentId, string calldata metadataKey, bytes calldata metadataValue) external {
        _checkAuthorized(ownerOf(agentId), msg.sender, agentId);
        _setMetadata(agentId, metadataKey, metadataValue);
    }

    function setAgentWallet(uint256 agentId, address newWallet, uint256 deadline, bytes calldata signature) external {
        address owner = ownerOf(agentId);
        _checkAuthorized(owner, msg.sender, agentId);
        if (deadline < block.timestamp || deadline > block.timestamp + 5 minutes) {
            revert ERC8004RegistryMockBadDeadline(deadline);
        }
        bytes32 digest = _hashTypedDataV4(keccak256(abi.encode(WALLET_TYPEHASH, agentId, newWallet, owner, deadline)));
        if (newWallet == address(0) || !SignatureChecker.isValidSignatureNow(newWallet, digest, signature)) {
            revert ERC8004RegistryMockBadWallet(newWallet);
        }
        _setWallet(agentId, abi.encodePacked(newWallet));
    }

    function unsetAgentWallet(uint256 agentId) external {
        _checkAuthorized(ownerOf(agentId), msg.sender, agentId);
        _setWallet(agentId, "");
    }

    function getMetadata(uint256 agentId, string calldata metadataKey) external view returns (bytes memory) {
        return _metadata[agentId][metadataKey];
    }

    function getAgentWallet(uint256 agentId) external view returns (address) {
        return address(bytes20(_metadata[agentId][WALLET_KEY]));
    }

    /// @dev How an agent comes to its owner.
    function _handOver(address to, uint256 agentId) internal virtual {
        _safeMint(to, agentId);
    }

    /// @dev Which id a registration answers.
    function _answer(uint256 agentId) internal virtual returns (uint256) {
        return agentId;
    }

    function _update(address to, uint256 tokenId, address auth) internal override returns (address) {
        if (_ownerOf(tokenId) != address(0) && to != address(0)) _setWallet(tokenId, "");
        return super._update(to, tokenId, auth);
    }

    function _register(string memory agentURI) private returns (uint256 agentId) {
        agentId = _nextId++;
        _metadata[agentId][WALLET_KEY] = abi.encodePacked(msg.sender);
        _handOver(msg.sender, agentId);
        _setTokenURI(agentId, agentURI);
        emit Registered(agentId, agentURI, msg.sender);
        emit MetadataSet(agentId, WALLET_KEY, WALLET_KEY, abi.encodePacked(msg.sender));
    }

    function _setWallet(uint256 agentId, bytes memory wallet) private {
        _metadata[agentId][WALLET_KEY] = wallet;
        emit MetadataSet(agentId, WALLET_KEY, WALLET_KEY, wallet);
    }

    function _setMetadata(uint256 agentId, string memory key, bytes memory value) private {
        if (keccak256(bytes(key)) == keccak256(bytes(WALLET_KEY))) revert ERC8004RegistryMockReservedKey();
        _metadata[agentId][key] = value;
        emit MetadataSet(agentId, key, key, value);
    }
}
