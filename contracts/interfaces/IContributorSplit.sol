// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Share} from "../types/Share.sol";

/// @title Divides what it receives by one share table, for ever
/// @notice Usable wherever an address is paid, as ERC-2981 receiver too. Takes ETH and any ERC-20, and pays by pull:
/// nobody's payment depends on anybody else's. It has no owner and its table cannot change.
/// @dev An asset is an ERC-20 contract, or zero for ETH. Rounding leaves less than one unit for each account, and that
/// counts again when more comes in.
/// Warning: it is a clone, so it needs more gas to receive ETH than the 2300 of Solidity's `transfer` and `send`.
/// Warning: where the chain's own coin is an ERC-20 as well, or one money has two addresses, it can be released under
/// each; whoever comes first takes from the others. Do not use splits on such a chain, or for such an asset.
/// Warning: an asset whose balances shrink by themselves, or that takes more from the sender than is sent, is shared as
/// far as it goes: who releases first gets theirs in full.
interface IContributorSplit {
    /// @notice Thrown when the code that splits are clones of is used as if it were a split.
    error ContributorSplitNoTable();

    /// @notice Thrown when an account is not in the table.
    error ContributorSplitUnknownAccount(address account);

    /// @notice Thrown when an account has been paid all that it is due.
    error ContributorSplitNothingDue(address asset, address account);

    /// @notice Emitted when an account is paid.
    /// @param asset The ERC-20, or zero for ETH.
    /// @param account Who was paid.
    /// @param amount What left the split; a token that takes a fee delivers less.
    event ShareReleased(address indexed asset, address indexed account, uint256 amount);

    /// @notice Takes ETH.
    /// @dev Anybody. Reverts on the code that splits are clones of.
    receive() external payable;

    /// @notice Pays an account what it is due.
    /// @dev Anybody: the money goes to the account, whoever calls. Reverts when the account is not in the table, when
    /// nothing is due, when the asset or the account refuses the payment, and when called from inside a release.
    /// What a malicious account or asset could do: refuse its own payments.
    /// @param asset The ERC-20, or zero for ETH.
    /// @param account An account of the table.
    /// @return amount What was sent, in the asset's smallest unit.
    function release(address asset, address account) external returns (uint256 amount);

    /// @notice What an account could be paid now, in the asset's smallest unit: its part of all that was ever received,
    /// less what it was paid.
    /// @dev Reverts when the account is not in the table. Warning: do not rely on it from inside an asset's transfer.
    function due(address asset, address account) external view returns (uint256 amount);

    /// @notice The table, in ascending order of accounts.
    function shares() external view returns (Share[] memory table);

    /// @notice What an account was paid so far, in the asset's smallest unit.
    function released(address asset, address account) external view returns (uint256);

    /// @notice What all accounts together were paid so far, in the asset's smallest unit.
    function totalReleased(address asset) external view returns (uint256);
}
