// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice A collection that uses all the gas it is given, and then refuses.
contract GasBurnerCollectionMock {
    fallback() external {
        assembly {
            invalid()
        }
    }
}
