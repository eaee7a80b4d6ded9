// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ProviderRegistry} from "../ProviderRegistry.sol";

/// @notice Pretends to be the registry's next code: the same, with one more function.
contract ProviderRegistryUpgradeMock is ProviderRegistry {
    function generation() external pure returns (uint256) {
        return 2;
    }
}
