// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice What kind of machine a provider says it has. Nothing on chain checks it.
/// CPU: none but processors. SMALL_GPU: one card of up to 24 GB. LARGE_GPU: one larger card. MULTI_GPU: several cards.
enum CapacityClass {
    CPU,
    SMALL_GPU,
    LARGE_GPU,
    MULTI_GPU
}

/// @notice What every provider is held to. The owner of the registry sets it within the registry's own bounds.
/// @param minimumStake Least bonded stake of an active provider, in the stake token's smallest unit.
/// @param unbondingDelay Seconds between the start of an unbonding and the moment its stake can be withdrawn.
/// @param heartbeatWindow Seconds for which one heartbeat keeps a provider active.
/// @param maxProviders Most providers that can be listed at once.
struct ProviderTerms {
    uint96 minimumStake;
    uint48 unbondingDelay;
    uint48 heartbeatWindow;
    uint16 maxProviders;
}

/// @notice A reporter key together with its consent to sign for one provider.
/// @param account Address of the key.
/// @param deadline Unix seconds after which the consent counts no more.
/// @param signature EIP-712 signature by the key over `ReporterKeyConsent`, 65 bytes.
struct ReporterKey {
    address account;
    uint48 deadline;
    bytes signature;
}

/// @notice Stake on its way out. It is slashed like any other until it is withdrawn.
/// @param amount In the stake token's smallest unit.
/// @param startedAt Unix seconds of the block that started it.
/// @param delay The unbonding delay that counted then, in seconds.
struct Unbonding {
    uint96 amount;
    uint48 startedAt;
    uint48 delay;
}

/// @notice What the registry knows of a provider.
/// @param reporterKey Key that signs for it; zero when it is not listed.
/// @param capacityClass The machine it says it has.
/// @param listed Whether it takes part: registered, and neither left nor evicted since.
/// @param jailed Whether it was slashed and not pardoned since.
/// @param heartbeatAt Unix seconds of its newest sign of life; zero when there was none.
/// @param bonded Stake that counts, in the stake token's smallest unit.
/// @param unbonding Stake on its way out, withdrawable or not, in the same unit.
/// @param endpoint Where its relay is reached.
struct Provider {
    address reporterKey;
    CapacityClass capacityClass;
    bool listed;
    bool jailed;
    uint48 heartbeatAt;
    uint96 bonded;
    uint96 unbonding;
    string endpoint;
}
