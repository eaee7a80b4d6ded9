// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IVotes} from "@openzeppelin/contracts/governance/utils/IVotes.sol";
import {IAINFT1155Tokens} from "./interfaces/IAINFT1155Tokens.sol";
import {IAINFT721Tokens} from "./interfaces/IAINFT721Tokens.sol";
import {IAINFTFactory} from "./interfaces/IAINFTFactory.sol";
import {ICollectives} from "./interfaces/ICollectives.sol";
import {IGovernors} from "./interfaces/IGovernors.sol";
import {CollectionKind} from "./types/CollectionKind.sol";
import {CollectiveConfig} from "./types/Governance.sol";
import {CollectionConfig} from "./types/Program.sol";

/// @title Opens collective AINFTs: one program that many holders own together and change by vote
contract Collectives is ICollectives {
    /// @inheritdoc ICollectives
    uint256 public constant MAX_HOLDERS = 100;

    /// @dev The first id of a collection.
    uint256 private constant PROGRAM_ID = 1;

    IAINFTFactory private immutable _factory;
    IGovernors private immutable _governors;

    /// @param factory_ Where the collections are opened.
    /// @param governors_ Where the governors are opened.
    constructor(address factory_, address governors_) {
        if (factory_.code.length == 0) revert CollectivesNoCode(factory_);
        if (governors_.code.length == 0) revert CollectivesNoCode(governors_);
        _factory = IAINFTFactory(factory_);
        _governors = IGovernors(governors_);
    }

    /// @inheritdoc ICollectives
    function createCollective(
        bytes32 salt,
        CollectiveConfig calldata config
    ) external returns (address collection, address governor, address timelock) {
        _check(config);
        bytes32 boundSalt = _boundSalt(msg.sender, salt);
        (governor, timelock) = _governors.predictGovernor(address(this), boundSalt);
        collection = _factory.predictCollection(config.kind, address(this), boundSalt);
        emit CollectiveCreated(collection, governor, msg.sender, timelock, config.kind, PROGRAM_ID);
        collection = _openCollection(boundSalt, timelock, config);
        (governor, timelock) = _openGovernor(boundSalt, collection, timelock, config);
    }

    /// @inheritdoc ICollectives
    function predictCollective(
        CollectionKind kind,
        address creator,
        bytes32 salt
    ) external view returns (address collection, address governor, address timelock) {
        bytes32 boundSalt = _boundSalt(creator, salt);
        collection = _factory.predictCollection(kind, address(this), boundSalt);
        (governor, timelock) = _governors.predictGovernor(address(this), boundSalt);
    }

    /// @inheritdoc ICollectives
    function factory() external view returns (address) {
        return address(_factory);
    }

    /// @inheritdoc ICollectives
    function governors() external view returns (address) {
        return address(_governors);
    }

    /// @dev The timelock has no code yet, but nobody can put another one at its address.
    function _openCollection(
        bytes32 boundSalt,
        address timelock,
        CollectiveConfig calldata config
    ) private returns (address) {
        CollectionConfig memory opened = CollectionConfig({
            name: config.name,
            symbol: config.symbol,
            controller: timelock,
            oracle: config.oracle,
            arbiter: config.arbiter
        });
        return _factory.createCollection(config.kind, boundSalt, opened);
    }

    function _openGovernor(
        bytes32 boundSalt,
        address collection,
        address timelock,
        CollectiveConfig calldata config
    ) private returns (address, address) {
        address[] memory targets = new address[](2);
        (targets[0], targets[1]) = (collection, collection);
        bytes[] memory calls =
            config.kind == CollectionKind.ERC721_VOTES
                ? _callsForTokens(timelock, config)
                : _callsForEditions(timelock, config);
        return _governors.openGovernor(boundSalt, config.name, IVotes(collection), config.settings, targets, calls);
    }

    function _callsForTokens(
        address timelock,
        CollectiveConfig calldata config
    ) private pure returns (bytes[] memory calls) {
        uint256 count = config.holders.length;
        bytes32[] memory manifests = new bytes32[](count);
        for (uint256 i = 0; i < count; ++i) manifests[i] = config.manifestDigest;
        calls = new bytes[](2);
        calls[0] = abi.encodeCall(IAINFT721Tokens.mint, (timelock, config.manifestDigest));
        calls[1] = abi.encodeCall(IAINFT721Tokens.mintBatch, (config.holders, manifests));
    }

    function _callsForEditions(
        address timelock,
        CollectiveConfig calldata config
    ) private pure returns (bytes[] memory calls) {
        uint256 count = config.holders.length;
        uint256[] memory amounts = new uint256[](count);
        for (uint256 i = 0; i < count; ++i) amounts[i] = 1;
        calls = new bytes[](2);
        calls[0] = abi.encodeCall(IAINFT1155Tokens.createProgram, (timelock, config.manifestDigest, config.limit));
        calls[1] = abi.encodeCall(IAINFT1155Tokens.mintBatch, (PROGRAM_ID, config.holders, amounts));
    }

    function _check(CollectiveConfig calldata config) private pure {
        bool tokens = config.kind == CollectionKind.ERC721_VOTES;
        if (!tokens && config.kind != CollectionKind.ERC1155_VOTES) revert CollectivesKindWithoutVotes(config.kind);
        if (tokens && config.limit != 0) revert CollectivesLimitWithoutEditions(config.limit);
        uint256 count = config.holders.length;
        if (count == 0 || count > MAX_HOLDERS) revert CollectivesBadHolderCount(count, MAX_HOLDERS);
    }

    function _boundSalt(address creator, bytes32 salt) private pure returns (bytes32) {
        return keccak256(abi.encode(creator, salt));
    }
}
