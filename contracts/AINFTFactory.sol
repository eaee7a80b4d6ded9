// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";
import {IAINFT721} from "./interfaces/IAINFT721.sol";
import {IAINFTFactory} from "./interfaces/IAINFTFactory.sol";
import {CollectionConfig} from "./types/Program.sol";

/// @title Opens AINFT collections as immutable clones
contract AINFTFactory is IAINFTFactory {
    /// @inheritdoc IAINFTFactory
    address public immutable implementation;

    constructor(address implementation_) {
        if (implementation_.code.length == 0) revert AINFTFactoryNoImplementation(implementation_);
        implementation = implementation_;
    }

    /// @inheritdoc IAINFTFactory
    function createCollection(bytes32 salt, CollectionConfig calldata config) external returns (address collection) {
        collection = Clones.cloneDeterministic(implementation, _boundSalt(msg.sender, salt));
        emit CollectionCreated(collection, msg.sender, config.controller, config.oracle);
        IAINFT721(collection).initialize(config);
    }

    /// @inheritdoc IAINFTFactory
    function predictCollection(address creator, bytes32 salt) external view returns (address) {
        return Clones.predictDeterministicAddress(implementation, _boundSalt(creator, salt));
    }

    function _boundSalt(address creator, bytes32 salt) private pure returns (bytes32) {
        return keccak256(abi.encode(creator, salt));
    }
}
