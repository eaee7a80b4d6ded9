// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Share} from "../types/Share.sol";

/// @title Opens contributor splits
/// @notice One split for each share table, at an address that commits to the table. Anybody may open one; nobody, the
/// opener included, has any power over it. The address can be named as receiver, and paid, before the split is open.
/// @dev A table has 1 to 64 entries in strictly ascending order of their accounts, every part above zero, the sum
/// exactly
/// 10000. So each division of the money has exactly one table, and one address.
interface IContributorSplits {
    /// @notice Thrown when a table has no entry.
    error ContributorSplitsEmptyTable();

    /// @notice Thrown when a table has more entries than a split may have.
    error ContributorSplitsTooManyShares(uint256 count, uint256 maximum);

    /// @notice Thrown when an entry names the zero address.
    error ContributorSplitsZeroAccount(uint256 index);

    /// @notice Thrown when an entry's account is not above the one before it: out of order, or twice in the table.
    error ContributorSplitsNotAscending(uint256 index, address previous, address account);

    /// @notice Thrown when an entry gives its account nothing.
    error ContributorSplitsZeroShare(uint256 index, address account);

    /// @notice Thrown when the parts of a table do not make a whole.
    error ContributorSplitsWrongSum(uint256 sum, uint256 expected);

    /// @notice Emitted when a split is opened; it tells its table itself.
    event SplitOpened(address indexed split);

    /// @notice Opens the split of a table, or finds it open.
    /// @dev Anybody. Reverts when the table is refused; never because the split is open already.
    /// @param shares The table.
    /// @return split Its split, the same for the same table for ever.
    function openSplit(Share[] calldata shares) external returns (address split);

    /// @notice The address of a table's split, open or not.
    /// @dev Reverts when the table is refused: that address could never be opened, and what it is paid would be lost.
    function splitAddress(Share[] calldata shares) external view returns (address);

    /// @notice The code that every split of this contract runs.
    function implementation() external view returns (address);
}
