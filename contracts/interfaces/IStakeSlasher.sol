// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title Takes a part of a provider's stake
/// @notice What the registry of providers offers to those who may slash.
interface IStakeSlasher {
    /// @notice Takes a part of a provider's stake, also of one that is leaving.
    /// @dev Only for those whom the registry allows. Reverts when it cannot.
    /// @param provider Whose stake it is.
    /// @param amount How much, in the stake's smallest unit.
    /// @param evidenceDigest Digest of what shows why.
    function slash(address provider, uint256 amount, bytes32 evidenceDigest) external;
}
