// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {CapacityClass, Provider, ProviderTerms, ReporterKey, Unbonding} from "../types/Provider.sol";
import {IStakeSlasher} from "./IStakeSlasher.sol";

/// @title Who provides computing power, with which stake and which reporter key
/// @notice A provider is an account that bonded stake, and named a reporter key that consented. Stake can be withdrawn
/// after a delay, and until then it can be slashed, wherever it stands. A key serves one provider for ever, so the
/// stake that ranks a key is the stake that answers for what it signs. The registry names nobody a reporter: the owner
/// of the oracle adopts what `reporterSet` answers, by a vote.
/// @dev Amounts are in the stake token's smallest unit, times in Unix seconds. The registry is upgradeable by its
/// owner, who should be the DAO's timelock: a malicious owner could take every stake. Warning: the unbonding delay must
/// be longer than a vote takes, or else a provider can be gone before it is slashed.
/// Warning: what is sent to the registry other than by its functions is nobody's, and stays there.
interface IProviderRegistry is IStakeSlasher {
    // Set-up and terms

    /// @notice Thrown when the stake token is no contract.
    error ProviderRegistryNotAToken(address token);

    /// @notice Thrown when slashed stake would go to nobody, or into the registry itself.
    error ProviderRegistryBadBeneficiary(address beneficiary);

    /// @notice Thrown when a term is out of the bounds that the code sets.
    /// @param term Place of the term in `ProviderTerms`, from 0.
    error ProviderRegistryTermOutOfBounds(uint256 term, uint256 value, uint256 minimum, uint256 maximum);

    /// @notice Thrown when the owner renounces: nobody could slash or upgrade any more.
    error ProviderRegistryOwnerNeeded();

    /// @notice Emitted when the terms change.
    event ProviderTermsSet(ProviderTerms previous, ProviderTerms current);

    /// @notice Emitted when another contract beside the owner may slash.
    event SlasherSet(address indexed previous, address indexed current);

    /// @notice Emitted when slashed stake goes to another account.
    event BeneficiarySet(address indexed previous, address indexed current);

    /// @notice Sets a new registry up, once.
    /// @dev Whoever comes first, so a proxy is initialised by its constructor. Reverts on the implementation, when the
    /// token has no code, and for an owner, a beneficiary or terms that could not be set later.
    /// @param token The ERC-20 that is staked: AIN. Warning: one whose balances change by themselves, or whose
    /// issuer is malicious, breaks what the registry promises.
    /// @param firstOwner Who sets terms, slashes and upgrades: the DAO's timelock.
    /// @param firstBeneficiary To whom slashed stake goes.
    /// @param firstTerms What providers are held to at first.
    function initialize(
        address token,
        address firstOwner,
        address firstBeneficiary,
        ProviderTerms calldata firstTerms
    ) external;

    /// @notice Sets the terms for all providers, at once.
    /// @dev Only the owner. Reverts when a term is out of bounds. A higher minimum makes providers below it inactive,
    /// and lets anybody evict them. An unbonding under way ends after the delay that counted when it began, or the
    /// current one if that is shorter: raising the delay neither frees nor holds what is on its way, lowering it frees
    /// earlier. What a malicious owner could do: make everybody inactive, or let everybody leave before they are
    /// slashed.
    function setTerms(ProviderTerms calldata newTerms) external;

    /// @notice Lets one more account slash, beside the owner; zero for nobody.
    /// @dev Only the owner. A malicious slasher could slash every stake, to the benefit of the beneficiary alone.
    function setSlasher(address newSlasher) external;

    /// @notice Sets to whom slashed stake goes, that which was not collected yet included.
    /// @dev Only the owner. Reverts for zero, and for the registry itself.
    function setBeneficiary(address newBeneficiary) external;

    // Registration

    /// @notice Thrown when an account that is listed registers again.
    error ProviderRegistryAlreadyListed(address provider);

    /// @notice Thrown when an account must be listed and is not.
    error ProviderRegistryNotListed(address provider);

    /// @notice Thrown when somebody else says that a provider is alive than itself or its key.
    error ProviderRegistryNotOfProvider(address provider, address caller);

    /// @notice Thrown when a slashed provider registers again, or names another key, before it was pardoned.
    error ProviderRegistryJailed(address provider);

    /// @notice Thrown when the list of providers is full.
    error ProviderRegistryFull(uint256 maxProviders);

    /// @notice Thrown when an endpoint is empty or longer than allowed, in bytes.
    error ProviderRegistryBadEndpoint(uint256 length, uint256 maximum);

    /// @notice Thrown when a key once consented to another provider, which it serves for ever, or when it signs for the
    /// caller already.
    /// @param provider The provider that it serves.
    error ProviderRegistryKeyTaken(address reporterKey, address provider);

    /// @notice Thrown when a key's consent is used after its deadline. Unix seconds.
    error ProviderRegistryConsentExpired(uint48 deadline, uint256 blockTime);

    /// @notice Thrown when a consent was not signed by the key itself, or over something else.
    /// @param recovered Who signed; zero when the signature recovers nobody.
    error ProviderRegistryBadConsent(address reporterKey, address recovered);

    /// @notice Thrown when a provider that has its minimum is evicted.
    error ProviderRegistryStakeSuffices(address provider, uint256 bonded, uint256 minimumStake);

    /// @notice Emitted when a provider is listed, for the first time or again.
    event ProviderRegistered(
        address indexed provider,
        address indexed reporterKey,
        CapacityClass capacityClass,
        string endpoint
    );

    /// @notice Emitted when a provider is listed no more: it unbonds all of its stake, or was evicted.
    event ProviderDelisted(address indexed provider, address indexed reporterKey);

    /// @notice Emitted when a provider describes its service anew.
    event ServiceChanged(address indexed provider, CapacityClass capacityClass, string endpoint);

    /// @notice Emitted when another key signs for a provider.
    event ReporterKeyRotated(address indexed provider, address indexed previous, address indexed current);

    /// @notice Emitted for every sign of life after the registration.
    event Heartbeat(address indexed provider);

    /// @notice Lists the caller as a provider, with more stake, and with a key that consented.
    /// @dev Anybody who is not listed, and not jailed. Counts as a heartbeat. Stake that is still bonded from before
    /// counts; stake that unbonds does not. Reverts when less than the minimum would be bonded, when the list is full,
    /// for an empty endpoint or one over `MAX_ENDPOINT_BYTES`, for a key that ever consented to somebody else or signs
    /// already, for a consent that is not by the key, for this provider and the key's next nonce, or expired, and when
    /// the token moves another amount. What a malicious provider could do: fill one of the places with the least stake.
    /// @param amount Stake to bond; may be zero when enough is bonded from before.
    /// @param capacityClass The machine it says it has.
    /// @param endpoint Where its relay is reached.
    /// @param key The reporter key with its consent.
    function register(
        uint96 amount,
        CapacityClass capacityClass,
        string calldata endpoint,
        ReporterKey calldata key
    ) external;

    /// @notice Describes the caller's service anew.
    /// @dev Only a listed provider. Reverts for an endpoint as `register` does.
    function setService(CapacityClass capacityClass, string calldata endpoint) external;

    /// @notice Lets another key sign for the caller. The key before signs for it no more, and never for anybody else.
    /// @dev Only a listed provider that is not jailed. Reverts for a key as `register` does. Warning: a config that
    /// names the key before goes on until the oracle's owner replaces it; a stolen key is revoked there.
    function rotateKey(ReporterKey calldata key) external;

    /// @notice Says that a provider is alive.
    /// @dev Only the listed provider itself, or its reporter key. Who stole the key can keep the provider active.
    function heartbeat(address provider) external;

    /// @notice Delists a provider that has less than the minimum bonded; its stake stays bonded until it unbonds it.
    /// @dev Anybody, so that nobody keeps a place for less. Reverts when it is not listed or has enough.
    function evict(address provider) external;

    // Stake

    /// @notice Thrown when an amount is zero.
    error ProviderRegistryZeroAmount();

    /// @notice Thrown when stake is between nothing and the minimum.
    error ProviderRegistryStakeTooLow(uint256 bonded, uint256 minimumStake);

    /// @notice Thrown when more is unbonded than is bonded.
    error ProviderRegistryNotBonded(uint256 amount, uint256 bonded);

    /// @notice Thrown when a provider has `MAX_UNBONDINGS` unbondings under way.
    error ProviderRegistryTooManyUnbondings(uint256 maximum);

    /// @notice Thrown when none of a provider's stake can be withdrawn now.
    error ProviderRegistryNothingToWithdraw(address provider);

    /// @notice Thrown when the token moved another amount than it was told: one that takes a fee, for instance.
    error ProviderRegistryWrongTransfer(uint256 expected, uint256 actual);

    /// @notice Emitted when stake is bonded.
    /// @param bonded All that the provider has bonded now.
    event StakeBonded(address indexed provider, uint256 amount, uint256 bonded);

    /// @notice Emitted when stake begins to unbond.
    /// @param bonded All that the provider has bonded still.
    /// @param availableAt Unix seconds from which it can be withdrawn, unless the delay is lowered.
    event UnbondingStarted(address indexed provider, uint256 amount, uint256 bonded, uint256 availableAt);

    /// @notice Emitted when a provider takes stake out.
    event StakeWithdrawn(address indexed provider, address indexed recipient, uint256 amount);

    /// @notice Bonds more of the caller's tokens.
    /// @dev Only a listed provider. Reverts for zero, and when the token moves another amount.
    function increaseStake(uint96 amount) external;

    /// @notice Starts to take stake out. Whoever unbonds all is delisted at once, and their key signs for nobody.
    /// @dev Only for the caller's own stake, jailed or not. Reverts for zero, for more than is bonded, when something
    /// below the minimum would be left, and with `MAX_UNBONDINGS` under way.
    function startUnbonding(uint96 amount) external;

    /// @notice Pays out all of the caller's stake whose delay is over.
    /// @dev Only for the caller's own stake. Reverts when there is none, and when the token refuses the recipient.
    /// @param recipient Who gets it.
    /// @return amount What was paid.
    function withdraw(address recipient) external returns (uint256 amount);

    // Slashing

    /// @notice Thrown when somebody slashes who is neither the owner nor the slasher.
    error ProviderRegistryNotSlasher(address caller);

    /// @notice Thrown when a slash names no evidence.
    error ProviderRegistryNoEvidence();

    /// @notice Thrown when a provider was slashed for the same evidence before.
    error ProviderRegistryEvidenceUsed(address provider, bytes32 evidenceDigest);

    /// @notice Thrown when a provider has no stake at all.
    error ProviderRegistryNothingToSlash(address provider);

    /// @notice Thrown when a provider is pardoned that is not jailed.
    error ProviderRegistryNotJailed(address provider);

    /// @notice Thrown when there is no slashed stake to collect.
    error ProviderRegistryNothingToCollect();

    /// @notice Emitted when stake is slashed.
    /// @param requested What the slasher asked for.
    /// @param slashed What there was to take.
    event ProviderSlashed(
        address indexed provider,
        bytes32 indexed evidenceDigest,
        address indexed slasher,
        uint256 requested,
        uint256 slashed
    );

    /// @notice Emitted when a jailed provider may be active again.
    event ProviderPardoned(address indexed provider);

    /// @notice Emitted when slashed stake is paid out.
    event SlashedStakeCollected(address indexed beneficiary, uint256 amount);

    /// @notice Takes stake from a provider and jails it. Unbonding stake goes first, the oldest before the others, then
    /// bonded stake: what could leave soonest is what is taken.
    /// @dev Only the owner or the slasher. A provider with less loses all it has, so that nobody escapes by leaving a
    /// little too little. Works for whoever left, too. Reverts for zero, without evidence, for evidence that this
    /// provider was slashed for before, and when it has no stake. A malicious slasher: see `setSlasher`.
    /// @param provider Whose stake.
    /// @param amount How much.
    /// @param evidenceDigest keccak-256 of what shows the fault, kept off chain.
    /// @return slashed What was taken.
    function slash(address provider, uint96 amount, bytes32 evidenceDigest) external override returns (uint256 slashed);

    /// @notice Lets a jailed provider be active again. Its stake does not come back.
    /// @dev Only the owner. Reverts when it is not jailed.
    function pardon(address provider) external;

    /// @notice Pays all slashed stake to the beneficiary.
    /// @dev Anybody: it goes to the beneficiary, whoever calls. Reverts when there is none.
    /// @return amount What was paid.
    function collectSlashed() external returns (uint256 amount);

    // Views

    /// @notice What the registry knows of an account; all zero for one that never registered.
    function providerOf(address provider) external view returns (Provider memory);

    /// @notice A provider's stake on its way out, oldest first.
    function unbondingsOf(address provider) external view returns (Unbonding[] memory);

    /// @notice What a provider could withdraw now.
    function withdrawable(address provider) external view returns (uint256);

    /// @notice Whether a provider is listed, not jailed, has its minimum bonded, and gave a sign of life in time.
    function isActive(address provider) external view returns (bool);

    /// @notice For whom a key signs; zero for nobody.
    function providerOfKey(address reporterKey) external view returns (address);

    /// @notice To whom a key had consented at some time, whether it still signs for them or not: who answers for what
    /// it signed then. Zero when it had consented to nobody. Once it is a provider, it is that provider for ever.
    /// @param timestamp Unix seconds. Warning: for a time that is not over, the answer can still change.
    function providerOfKeyAt(address reporterKey, uint48 timestamp) external view returns (address);

    /// @notice Number of listed providers.
    function providerCount() external view returns (uint256);

    /// @notice A page of the listed providers. The order changes when one is delisted.
    /// @param offset Place of the first, from 0.
    /// @param limit Most to answer.
    function providers(uint256 offset, uint256 limit) external view returns (address[] memory);

    /// @notice The keys of the active among a page of the listed providers.
    /// @dev May be shorter than the page, and empty although more pages follow: pages end at `providerCount`.
    /// @param offset Place of the first provider, from 0.
    /// @param limit Most providers to look at.
    function activeReporters(uint256 offset, uint256 limit) external view returns (address[] memory);

    /// @notice The reporters that a new oracle config should name: the keys of the active providers with most bonded
    /// stake, at most `MAX_REPORTERS`, in strictly ascending order. Of equal stakes the lower key comes first.
    /// @dev Empty when nobody is active. Reads every listed provider: for calls off chain.
    function reporterSet() external view returns (address[] memory);

    /// @notice Whether a provider was slashed for this evidence.
    function isEvidenceUsed(address provider, bytes32 evidenceDigest) external view returns (bool);

    /// @notice All stake of all providers, bonded and unbonding.
    function totalStake() external view returns (uint256);

    /// @notice Slashed stake that was not collected yet.
    function slashedStake() external view returns (uint256);

    /// @notice The ERC-20 that is staked.
    function stakeToken() external view returns (address);

    /// @notice The terms that count now.
    function terms() external view returns (ProviderTerms memory);

    /// @notice Who may slash beside the owner; zero for nobody.
    function slasher() external view returns (address);

    /// @notice To whom slashed stake goes.
    function beneficiary() external view returns (address);

    /// @notice Most reporters of one config: 32.
    function MAX_REPORTERS() external view returns (uint256);

    /// @notice Most unbondings of one provider at once: 16.
    function MAX_UNBONDINGS() external view returns (uint256);

    /// @notice Longest endpoint, in bytes: 256.
    function MAX_ENDPOINT_BYTES() external view returns (uint256);
}
