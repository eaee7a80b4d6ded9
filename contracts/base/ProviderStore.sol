// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {IProviderRegistry} from "../interfaces/IProviderRegistry.sol";
import {CapacityClass, ProviderTerms, Unbonding} from "../types/Provider.sol";

/// @title What the registry keeps about providers
abstract contract ProviderStore is IProviderRegistry {
    struct ProviderRecord {
        uint96 bonded;
        uint48 heartbeatAt;
        /// Place in the list, from 1; zero while the provider is not listed.
        uint16 place;
        bool jailed;
        CapacityClass capacityClass;
        address reporterKey;
        string endpoint;
        Unbonding[] unbondings;
        mapping(bytes32 evidenceDigest => bool) evidenceUsed;
    }

    /// @custom:storage-location erc7201:ainft.storage.ProviderRegistry
    struct ProviderRegistryStorage {
        ProviderTerms terms;
        address stakeToken;
        address slasher;
        address beneficiary;
        uint256 totalStake;
        uint256 slashedStake;
        address[] listed;
        mapping(address provider => ProviderRecord) records;
        /// To whom each key consented, and when: always the same provider.
        mapping(address reporterKey => Checkpoints.Trace160) consents;
    }

    // keccak256(abi.encode(uint256(keccak256("ainft.storage.ProviderRegistry")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant PROVIDER_REGISTRY_STORAGE =
        0xec37e531e33a4e4bd5d3ecfae7c88e73c3b50eb55e3b6ea711478b396dad4600;

    function _listedRecord(address provider) internal view returns (ProviderRecord storage record) {
        record = _registry().records[provider];
        if (record.place == 0) revert ProviderRegistryNotListed(provider);
    }

    function _registry() internal pure returns (ProviderRegistryStorage storage $) {
        assembly ("memory-safe") {
            $.slot := PROVIDER_REGISTRY_STORAGE
        }
    }
}
