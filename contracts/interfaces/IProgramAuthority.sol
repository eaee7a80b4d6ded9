// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title Who may act for a program
/// @notice Asked by contracts that stand beside a collection, so that they need to know neither token standard.
/// @dev A malicious collection can name anybody: whoever asks must let its answer decide about that collection's tokens
/// alone.
interface IProgramAuthority {
    /// @notice Whether an account controls a program right now: the token's owner or somebody approved for it
    /// (ERC-721), or the id's curator (ERC-1155).
    /// @dev Never reverts; false for an unknown or burned token, whatever the account.
    /// @param tokenId Token of this collection.
    /// @param account Account that would act.
    function isController(uint256 tokenId, address account) external view returns (bool);
}
