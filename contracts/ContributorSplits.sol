// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";
import {ContributorSplit} from "./ContributorSplit.sol";
import {IContributorSplits} from "./interfaces/IContributorSplits.sol";
import {Share} from "./types/Share.sol";

/// @title Opens contributor splits as immutable clones that carry their table in their code
contract ContributorSplits is IContributorSplits {
    uint256 private constant MAX_SHARES = 64;
    uint256 private constant WHOLE = 10_000;

    /// @dev One salt for all: the table is part of the clone's code, so the address commits to it.
    bytes32 private constant SALT = 0;

    /// @inheritdoc IContributorSplits
    address public immutable implementation = address(new ContributorSplit());

    /// @inheritdoc IContributorSplits
    function openSplit(Share[] calldata shares) external returns (address split) {
        bytes memory table = _packed(shares);
        split = _addressOf(table);
        if (split.code.length != 0) return split;
        emit SplitOpened(split);
        Clones.cloneDeterministicWithImmutableArgs(implementation, table, SALT);
    }

    /// @inheritdoc IContributorSplits
    function splitAddress(Share[] calldata shares) external view returns (address) {
        return _addressOf(_packed(shares));
    }

    function _addressOf(bytes memory table) private view returns (address) {
        return Clones.predictDeterministicAddressWithImmutableArgs(implementation, table, SALT);
    }

    /// @dev Checks the table and writes it as a split reads it: 20 bytes of account and 2 of share for each entry.
    function _packed(Share[] calldata shares) private pure returns (bytes memory table) {
        if (shares.length == 0) revert ContributorSplitsEmptyTable();
        if (shares.length > MAX_SHARES) revert ContributorSplitsTooManyShares(shares.length, MAX_SHARES);
        address previous = address(0);
        uint256 sum = 0;
        for (uint256 i = 0; i < shares.length; ++i) {
            (address account, uint16 bps) = (shares[i].account, shares[i].bps);
            if (account == address(0)) revert ContributorSplitsZeroAccount(i);
            if (account <= previous) revert ContributorSplitsNotAscending(i, previous, account);
            if (bps == 0) revert ContributorSplitsZeroShare(i, account);
            table = abi.encodePacked(table, account, bps);
            previous = account;
            sum += bps;
        }
        if (sum != WHOLE) revert ContributorSplitsWrongSum(sum, WHOLE);
    }
}
