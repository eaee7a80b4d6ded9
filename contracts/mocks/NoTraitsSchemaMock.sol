// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice Looks like a trait schema, and knows no trait.
contract NoTraitsSchemaMock {
    function traitKeys() external pure returns (bytes32[] memory) {
        return new bytes32[](0);
    }
}
