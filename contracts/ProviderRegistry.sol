// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Ownable2StepUpgradeable} from "@openzeppelin/contracts-upgradeable/access/Ownable2StepUpgradeable.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";
import {ProviderStakes} from "./base/ProviderStakes.sol";
import {IProviderRegistry} from "./interfaces/IProviderRegistry.sol";
import {Provider, ProviderTerms} from "./types/Provider.sol";

/// @title Providers of computing power, with their stake and their reporter keys
/// @dev Runs behind an ERC-1967 proxy whose code its owner, the DAO's timelock, may replace.
contract ProviderRegistry is ProviderStakes, Ownable2StepUpgradeable, UUPSUpgradeable {
    /// Bounds of the terms. The shortest delay is that of the oldest report an oracle takes, so that whoever signed one
    /// and left can still be slashed for it. A committed root lasts longer: the owner of the oracle ends it by revoking its
    /// config.
    uint256 private constant MAX_MINIMUM_STAKE = 1e27;
    uint256 private constant MIN_UNBONDING_DELAY = 7 days;
    uint256 private constant MAX_UNBONDING_DELAY = 60 days;
    uint256 private constant MIN_HEARTBEAT_WINDOW = 1 hours;
    uint256 private constant MAX_HEARTBEAT_WINDOW = 30 days;
    uint256 private constant MOST_PROVIDERS = 256;

    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor() {
        _disableInitializers();
    }

    /// @inheritdoc IProviderRegistry
    function initialize(
        address token,
        address firstOwner,
        address firstBeneficiary,
        ProviderTerms calldata firstTerms
    ) external initializer {
        if (token.code.length == 0) revert ProviderRegistryNotAToken(token);
        __Ownable_init(firstOwner);
        __EIP712_init("AINFT Provider Registry", "1");
        _registry().stakeToken = token;
        _setBeneficiary(firstBeneficiary);
        _setTerms(firstTerms);
    }

    /// @inheritdoc IProviderRegistry
    function setTerms(ProviderTerms calldata newTerms) external onlyOwner {
        _setTerms(newTerms);
    }

    /// @inheritdoc IProviderRegistry
    function setSlasher(address newSlasher) external onlyOwner {
        ProviderRegistryStorage storage $ = _registry();
        emit SlasherSet($.slasher, newSlasher);
        $.slasher = newSlasher;
    }

    /// @inheritdoc IProviderRegistry
    function setBeneficiary(address newBeneficiary) external onlyOwner {
        _setBeneficiary(newBeneficiary);
    }

    /// @inheritdoc IProviderRegistry
    function slash(
        address provider,
        uint96 amount,
        bytes32 evidenceDigest
    ) external nonReentrant returns (uint256 slashed) {
        if (msg.sender != owner() && msg.sender != _registry().slasher) revert ProviderRegistryNotSlasher(msg.sender);
        if (amount == 0) revert ProviderRegistryZeroAmount();
        if (evidenceDigest == 0) revert ProviderRegistryNoEvidence();
        ProviderRecord storage record = _registry().records[provider];
        if (record.evidenceUsed[evidenceDigest]) revert ProviderRegistryEvidenceUsed(provider, evidenceDigest);
        slashed = _takeStake(record, amount);
        if (slashed == 0) revert ProviderRegistryNothingToSlash(provider);
        record.evidenceUsed[evidenceDigest] = true;
        record.jailed = true;
        emit ProviderSlashed(provider, evidenceDigest, msg.sender, amount, slashed);
    }

    /// @inheritdoc IProviderRegistry
    function pardon(address provider) external onlyOwner {
        ProviderRecord storage record = _registry().records[provider];
        if (!record.jailed) revert ProviderRegistryNotJailed(provider);
        record.jailed = false;
        emit ProviderPardoned(provider);
    }

    /// @dev Without an owner, nobody could slash by vote, or repair the code.
    function renounceOwnership() public view override onlyOwner {
        revert ProviderRegistryOwnerNeeded();
    }

    /// @inheritdoc IProviderRegistry
    function providerOf(address provider) external view returns (Provider memory) {
        ProviderRecord storage record = _registry().records[provider];
        return
            Provider({
                reporterKey: record.reporterKey,
                capacityClass: record.capacityClass,
                listed: record.place != 0,
                jailed: record.jailed,
                heartbeatAt: record.heartbeatAt,
                bonded: record.bonded,
                unbonding: _unbondingOf(record),
                endpoint: record.endpoint
            });
    }

    /// @inheritdoc IProviderRegistry
    function isEvidenceUsed(address provider, bytes32 evidenceDigest) external view returns (bool) {
        return _registry().records[provider].evidenceUsed[evidenceDigest];
    }

    /// @inheritdoc IProviderRegistry
    function stakeToken() external view returns (address) {
        return _registry().stakeToken;
    }

    /// @inheritdoc IProviderRegistry
    function terms() external view returns (ProviderTerms memory) {
        return _registry().terms;
    }

    /// @inheritdoc IProviderRegistry
    function slasher() external view returns (address) {
        return _registry().slasher;
    }

    /// @inheritdoc IProviderRegistry
    function beneficiary() external view returns (address) {
        return _registry().beneficiary;
    }

    /// @dev Only the owner changes the code.
    function _authorizeUpgrade(address) internal view override {
        _checkOwner();
    }

    function _setBeneficiary(address newBeneficiary) private {
        if (newBeneficiary == address(0) || newBeneficiary == address(this)) {
            revert ProviderRegistryBadBeneficiary(newBeneficiary);
        }
        ProviderRegistryStorage storage $ = _registry();
        emit BeneficiarySet($.beneficiary, newBeneficiary);
        $.beneficiary = newBeneficiary;
    }

    function _setTerms(ProviderTerms calldata newTerms) private {
        _checkTerm(0, newTerms.minimumStake, 1, MAX_MINIMUM_STAKE);
        _checkTerm(1, newTerms.unbondingDelay, MIN_UNBONDING_DELAY, MAX_UNBONDING_DELAY);
        _checkTerm(2, newTerms.heartbeatWindow, MIN_HEARTBEAT_WINDOW, MAX_HEARTBEAT_WINDOW);
        _checkTerm(3, newTerms.maxProviders, 1, MOST_PROVIDERS);
        ProviderRegistryStorage storage $ = _registry();
        emit ProviderTermsSet($.terms, newTerms);
        $.terms = newTerms;
    }

    function _checkTerm(uint256 term, uint256 value, uint256 minimum, uint256 maximum) private pure {
        if (value < minimum || value > maximum) {
            revert ProviderRegistryTermOutOfBounds(term, value, minimum, maximum);
        }
    }
}
