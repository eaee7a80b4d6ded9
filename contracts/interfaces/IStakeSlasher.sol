// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title Takes a part of a provider's stake
/// @notice What the registry of providers offers to those who may slash.
interface IStakeSlasher {
    /// @notice Takes a part of a provider's stake, also of one that is leaving.
    /// @dev Only for those whom the registry allows. Takes what there is when there is less; reverts when there is nothing.
    /// @param provider Whose stake it is.
    /// @param amount How much, in the stake's smallest unit.
    /// @param evidenceDigest Digest of what shows why.
    /// @return slashed What was taken.
    function slash(address provider, uint96 amount, bytes32 evidenceDigest) external returns (uint256 slashed);
}
