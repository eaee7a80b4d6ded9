// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {EIP712Upgradeable} from "@openzeppelin/contracts-upgradeable/utils/cryptography/EIP712Upgradeable.sol";
import {NoncesUpgradeable} from "@openzeppelin/contracts-upgradeable/utils/NoncesUpgradeable.sol";
import {Arrays} from "@openzeppelin/contracts/utils/Arrays.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {IProviderRegistry} from "../interfaces/IProviderRegistry.sol";
import {CapacityClass, ReporterKey} from "../types/Provider.sol";
import {ProviderStore} from "./ProviderStore.sol";

/// @title Who is listed, by which key, and who of them is active
abstract contract ProviderList is ProviderStore, EIP712Upgradeable, NoncesUpgradeable {
    using Arrays for address[];
    using Arrays for uint256[];
    using Checkpoints for Checkpoints.Trace160;

    bytes32 private constant CONSENT_TYPEHASH = keccak256(
        "ReporterKeyConsent(address provider,address reporterKey,uint256 nonce,uint48 deadline)"
    );

    /// @inheritdoc IProviderRegistry
    uint256 public constant MAX_REPORTERS = 32;

    /// @inheritdoc IProviderRegistry
    uint256 public constant MAX_ENDPOINT_BYTES = 256;

    /// @inheritdoc IProviderRegistry
    function setService(CapacityClass capacityClass, string calldata endpoint) external {
        ProviderRecord storage record = _listedRecord(msg.sender);
        _describe(record, capacityClass, endpoint);
        emit ServiceChanged(msg.sender, capacityClass, endpoint);
    }

    /// @inheritdoc IProviderRegistry
    function rotateKey(ReporterKey calldata key) external {
        ProviderRecord storage record = _listedRecord(msg.sender);
        if (record.jailed) revert ProviderRegistryJailed(msg.sender);
        address previous = record.reporterKey;
        _setKey(record, key);
        emit ReporterKeyRotated(msg.sender, previous, key.account);
    }

    /// @inheritdoc IProviderRegistry
    function heartbeat(address provider) external {
        ProviderRecord storage record = _listedRecord(provider);
        if (msg.sender != provider && msg.sender != record.reporterKey) {
            revert ProviderRegistryNotOfProvider(provider, msg.sender);
        }
        record.heartbeatAt = uint48(block.timestamp); // enough for millions of years
        emit Heartbeat(provider);
    }

    /// @inheritdoc IProviderRegistry
    function evict(address provider) external {
        ProviderRecord storage record = _listedRecord(provider);
        uint96 minimum = _registry().terms.minimumStake;
        if (record.bonded >= minimum) revert ProviderRegistryStakeSuffices(provider, record.bonded, minimum);
        _delist(provider, record);
    }

    /// @inheritdoc IProviderRegistry
    function isActive(address provider) external view returns (bool) {
        return _isActive(_registry().records[provider]);
    }

    /// @inheritdoc IProviderRegistry
    function providerOfKeyAt(address reporterKey, uint48 timestamp) external view returns (address) {
        return address(_registry().consents[reporterKey].upperLookup(timestamp));
    }

    /// @inheritdoc IProviderRegistry
    function providerCount() external view returns (uint256) {
        return _registry().listed.length;
    }

    /// @inheritdoc IProviderRegistry
    function activeReporters(uint256 offset, uint256 limit) external view returns (address[] memory reporters) {
        reporters = providers(offset, limit);
        uint256 count = 0;
        for (uint256 i = 0; i < reporters.length; ++i) {
            ProviderRecord storage record = _registry().records[reporters[i]];
            if (_isActive(record)) reporters[count++] = record.reporterKey;
        }
        _shorten(reporters, count);
    }

    /// @inheritdoc IProviderRegistry
    function reporterSet() external view returns (address[] memory reporters) {
        uint256[] memory ranks = _ranksOfActive();
        uint256 count = Math.min(ranks.length, MAX_REPORTERS);
        reporters = new address[](count);
        for (uint256 i = 0; i < count; ++i) {
            // The lower 160 bits of the rank, which hold the key.
            reporters[i] = address(~uint160(ranks[ranks.length - 1 - i]));
        }
        reporters.sort();
    }

    /// @inheritdoc IProviderRegistry
    function providers(uint256 offset, uint256 limit) public view returns (address[] memory page) {
        address[] storage listed = _registry().listed;
        uint256 start = Math.min(offset, listed.length);
        page = new address[](Math.min(limit, listed.length - start));
        for (uint256 i = 0; i < page.length; ++i) page[i] = listed[start + i];
    }

    /// @inheritdoc IProviderRegistry
    function providerOfKey(address reporterKey) public view returns (address provider) {
        provider = _servedBy(reporterKey);
        // It may sign by another key now, or by none.
        if (_registry().records[provider].reporterKey != reporterKey) return address(0);
    }

    /// @dev The caller has checked that the provider is not listed, and bonds its stake.
    function _enlist(
        ProviderRecord storage record,
        CapacityClass capacityClass,
        string calldata endpoint,
        ReporterKey calldata key
    ) internal {
        ProviderRegistryStorage storage $ = _registry();
        uint16 maxProviders = $.terms.maxProviders;
        if ($.listed.length >= maxProviders) revert ProviderRegistryFull(maxProviders);
        _describe(record, capacityClass, endpoint);
        _setKey(record, key);
        $.listed.push(msg.sender);
        record.place = uint16($.listed.length); // at most maxProviders
        record.heartbeatAt = uint48(block.timestamp); // enough for millions of years
        emit ProviderRegistered(msg.sender, key.account, capacityClass, endpoint);
    }

    /// @dev The last of the list takes the place. The key signs for nobody until the same provider names it again.
    function _delist(address provider, ProviderRecord storage record) internal {
        ProviderRegistryStorage storage $ = _registry();
        address last = $.listed[$.listed.length - 1];
        $.listed[record.place - 1] = last;
        $.records[last].place = record.place;
        $.listed.pop();
        address key = record.reporterKey;
        record.place = 0;
        delete record.reporterKey;
        emit ProviderDelisted(provider, key);
    }

    function _describe(ProviderRecord storage record, CapacityClass capacityClass, string calldata endpoint) private {
        uint256 length = bytes(endpoint).length;
        if (length == 0 || length > MAX_ENDPOINT_BYTES) revert ProviderRegistryBadEndpoint(length, MAX_ENDPOINT_BYTES);
        record.capacityClass = capacityClass;
        record.endpoint = endpoint;
    }

    /// @dev The nonce makes each consent good for one use: a key that was left does not come back by an old one. A key
    /// stays with the first provider that it consented to, so that the stake which ranks a key is the stake that
    /// answers for all it ever signed, and so that nobody who was jailed goes on under another account.
    function _setKey(ProviderRecord storage record, ReporterKey calldata key) private {
        ProviderRegistryStorage storage $ = _registry();
        address served = _servedBy(key.account);
        bool isFree = served == address(0) || (served == msg.sender && record.reporterKey != key.account);
        if (!isFree) revert ProviderRegistryKeyTaken(key.account, served);
        if (key.deadline < block.timestamp) revert ProviderRegistryConsentExpired(key.deadline, block.timestamp);
        bytes32 consent = keccak256(
            abi.encode(CONSENT_TYPEHASH, msg.sender, key.account, _useNonce(key.account), key.deadline)
        );
        (address recovered, , ) = ECDSA.tryRecover(_hashTypedDataV4(consent), key.signature);
        // What recovers nobody recovers zero, which must not pass for a key.
        if (recovered == address(0) || recovered != key.account) {
            revert ProviderRegistryBadConsent(key.account, recovered);
        }
        $.consents[key.account].push(uint96(block.timestamp), uint160(msg.sender));
        record.reporterKey = key.account;
    }

    /// @dev The provider that a key has consented to; zero for none. It never becomes another.
    function _servedBy(address reporterKey) private view returns (address) {
        return address(_registry().consents[reporterKey].latest());
    }

    function _isActive(ProviderRecord storage record) private view returns (bool) {
        ProviderRegistryStorage storage $ = _registry();
        if (record.place == 0) return false;
        if (record.jailed) return false;
        if (record.bonded < $.terms.minimumStake) return false;
        return block.timestamp - record.heartbeatAt <= $.terms.heartbeatWindow;
    }

    /// @dev Ascending; of equal stakes the lower key ranks higher, as its bits are turned over.
    function _ranksOfActive() private view returns (uint256[] memory ranks) {
        ProviderRegistryStorage storage $ = _registry();
        ranks = new uint256[]($.listed.length);
        uint256 count = 0;
        for (uint256 i = 0; i < ranks.length; ++i) {
            ProviderRecord storage record = $.records[$.listed[i]];
            if (!_isActive(record)) continue;
            ranks[count++] = (uint256(record.bonded) << 160) | uint256(~uint160(record.reporterKey));
        }
        assembly ("memory-safe") {
            mstore(ranks, count) // at most what was allocated
        }
        ranks.sort();
    }

    /// @dev `count` is at most the length.
    function _shorten(address[] memory list, uint256 count) private pure {
        assembly ("memory-safe") {
            mstore(list, count)
        }
    }
}
