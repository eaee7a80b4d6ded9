// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";
import {BeaconProxy} from "@openzeppelin/contracts/proxy/beacon/BeaconProxy.sol";
import {UpgradeableBeacon} from "@openzeppelin/contracts/proxy/beacon/UpgradeableBeacon.sol";
import {Create2} from "@openzeppelin/contracts/utils/Create2.sol";
import {IAINFTFactory} from "./interfaces/IAINFTFactory.sol";
import {ICollectionInitializer} from "./interfaces/ICollectionInitializer.sol";
import {CollectionKind} from "./types/CollectionKind.sol";
import {CollectionConfig} from "./types/Program.sol";

/// @title Opens AINFT collections as immutable clones, or as proxies that follow a beacon
contract AINFTFactory is IAINFTFactory {
    mapping(CollectionKind kind => address) private _implementations;
    mapping(CollectionKind kind => address) private _beacons;

    /// @param beaconOwner Who may change the code of upgradeable collections: the DAO's timelock.
    constructor(address erc721, address erc721Votes, address erc1155, address erc1155Votes, address beaconOwner) {
        _setKind(CollectionKind.ERC721, erc721, beaconOwner);
        _setKind(CollectionKind.ERC721_VOTES, erc721Votes, beaconOwner);
        _setKind(CollectionKind.ERC1155, erc1155, beaconOwner);
        _setKind(CollectionKind.ERC1155_VOTES, erc1155Votes, beaconOwner);
    }

    /// @inheritdoc IAINFTFactory
    function createCollection(
        CollectionKind kind,
        bytes32 salt,
        CollectionConfig calldata config
    ) external returns (address collection) {
        collection = Clones.cloneDeterministic(_implementations[kind], _boundSalt(msg.sender, salt));
        emit CollectionCreated(collection, msg.sender, config.controller, config.oracle, kind, false);
        ICollectionInitializer(collection).initialize(config);
    }

    /// @inheritdoc IAINFTFactory
    function createUpgradeableCollection(
        CollectionKind kind,
        bytes32 salt,
        CollectionConfig calldata config
    ) external returns (address collection) {
        collection = Create2.computeAddress(_boundSalt(msg.sender, salt), keccak256(_proxyCode(kind, config)));
        emit CollectionCreated(collection, msg.sender, config.controller, config.oracle, kind, true);
        Create2.deploy(0, _boundSalt(msg.sender, salt), _proxyCode(kind, config));
    }

    /// @inheritdoc IAINFTFactory
    function predictCollection(CollectionKind kind, address creator, bytes32 salt) external view returns (address) {
        return Clones.predictDeterministicAddress(_implementations[kind], _boundSalt(creator, salt));
    }

    /// @inheritdoc IAINFTFactory
    function predictUpgradeableCollection(
        CollectionKind kind,
        address creator,
        bytes32 salt,
        CollectionConfig calldata config
    ) external view returns (address) {
        return Create2.computeAddress(_boundSalt(creator, salt), keccak256(_proxyCode(kind, config)));
    }

    /// @inheritdoc IAINFTFactory
    function implementation(CollectionKind kind) external view returns (address) {
        return _implementations[kind];
    }

    /// @inheritdoc IAINFTFactory
    function beacon(CollectionKind kind) external view returns (address) {
        return _beacons[kind];
    }

    function _setKind(CollectionKind kind, address implementation_, address beaconOwner) private {
        if (implementation_.code.length == 0) revert AINFTFactoryNoImplementation(kind, implementation_);
        _implementations[kind] = implementation_;
        _beacons[kind] = address(new UpgradeableBeacon(implementation_, beaconOwner));
    }

    /// @dev A proxy initialises itself in its constructor, so its address commits to its configuration as well.
    function _proxyCode(CollectionKind kind, CollectionConfig calldata config) private view returns (bytes memory) {
        bytes memory call = abi.encodeCall(ICollectionInitializer.initialize, (config));
        return abi.encodePacked(type(BeaconProxy).creationCode, abi.encode(_beacons[kind], call));
    }

    function _boundSalt(address creator, bytes32 salt) private pure returns (bytes32) {
        return keccak256(abi.encode(creator, salt));
    }
}
