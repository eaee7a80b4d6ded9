// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IVotes} from "@openzeppelin/contracts/governance/utils/IVotes.sol";
import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";
import {IAINGovernor} from "./interfaces/IAINGovernor.sol";
import {IAINTimelock} from "./interfaces/IAINTimelock.sol";
import {IGovernors} from "./interfaces/IGovernors.sol";
import {GovernorSettings} from "./types/Governance.sol";

/// @title Opens governors with their timelocks
contract Governors is IGovernors {
    /// @inheritdoc IGovernors
    address public immutable governorImplementation;
    /// @inheritdoc IGovernors
    address public immutable timelockImplementation;

    /// @param governor Code of the governors.
    /// @param timelock Code of the timelocks.
    constructor(address governor, address timelock) {
        governorImplementation = _withCode(governor);
        timelockImplementation = _withCode(timelock);
    }

    /// @inheritdoc IGovernors
    function openGovernor(
        bytes32 salt,
        string calldata name,
        IVotes votes,
        GovernorSettings calldata settings,
        address[] calldata targets,
        bytes[] calldata calldatas
    ) external returns (address governor, address timelock) {
        bytes32 boundSalt = _boundSalt(msg.sender, salt);
        governor = Clones.cloneDeterministic(governorImplementation, boundSalt);
        timelock = Clones.cloneDeterministic(timelockImplementation, boundSalt);
        emit GovernorOpened(governor, timelock, msg.sender, address(votes), name);
        IAINGovernor(governor).initialize(name, votes, payable(timelock), settings);
        IAINTimelock(timelock).open(settings.timelockDelay, governor, targets, calldatas);
    }

    /// @inheritdoc IGovernors
    function predictGovernor(address opener, bytes32 salt) external view returns (address governor, address timelock) {
        bytes32 boundSalt = _boundSalt(opener, salt);
        governor = Clones.predictDeterministicAddress(governorImplementation, boundSalt);
        timelock = Clones.predictDeterministicAddress(timelockImplementation, boundSalt);
    }

    function _withCode(address implementation) private view returns (address) {
        if (implementation.code.length == 0) revert GovernorsNoImplementation(implementation);
        return implementation;
    }

    function _boundSalt(address opener, bytes32 salt) private pure returns (bytes32) {
        return keccak256(abi.encode(opener, salt));
    }
}
