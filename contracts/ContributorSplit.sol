// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IContributorSplit} from "./interfaces/IContributorSplit.sol";
import {Share} from "./types/Share.sol";

/// @title Pays a share table by pull
/// @dev Runs in clones that {ContributorSplits} makes, whose code ends with their table: 22 bytes for each entry.
contract ContributorSplit is IContributorSplit, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    /// @custom:storage-location erc7201:ainft.storage.ContributorSplit
    struct ContributorSplitStorage {
        mapping(address asset => uint256 amount) totalReleased;
        mapping(address asset => mapping(address account => uint256 amount)) released;
    }

    // keccak256(abi.encode(uint256(keccak256("ainft.storage.ContributorSplit")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant CONTRIBUTOR_SPLIT_STORAGE =
        0x07ba76e109142611de3ca086b8bfb35233fe2326680ba976c57d1f0fa57fd700;

    address private constant ETH = address(0);
    uint256 private constant WHOLE = 10_000;
    uint256 private constant ENTRY_BYTES = 22;

    address private immutable _implementation = address(this);

    /// @inheritdoc IContributorSplit
    receive() external payable {
        _requireClone();
    }

    /// @inheritdoc IContributorSplit
    function release(address asset, address account) external nonReentrant returns (uint256 amount) {
        amount = due(asset, account);
        if (amount == 0) revert ContributorSplitNothingDue(asset, account);
        ContributorSplitStorage storage $ = _storage();
        $.totalReleased[asset] += amount;
        $.released[asset][account] += amount;
        emit ShareReleased(asset, account, amount);
        if (asset == ETH) Address.sendValue(payable(account), amount);
        else IERC20(asset).safeTransfer(account, amount);
    }

    /// @inheritdoc IContributorSplit
    function shares() external view returns (Share[] memory table) {
        bytes memory packed = _packedTable();
        table = new Share[](packed.length / ENTRY_BYTES);
        for (uint256 i = 0; i < table.length; ++i) {
            (table[i].account, table[i].bps) = _entryAt(packed, i);
        }
    }

    /// @inheritdoc IContributorSplit
    function released(address asset, address account) external view returns (uint256) {
        return _storage().released[asset][account];
    }

    /// @inheritdoc IContributorSplit
    function totalReleased(address asset) external view returns (uint256) {
        return _storage().totalReleased[asset];
    }

    /// @inheritdoc IContributorSplit
    function due(address asset, address account) public view returns (uint256 amount) {
        uint256 bps = _bpsOf(account);
        ContributorSplitStorage storage $ = _storage();
        uint256 balance = asset == ETH ? address(this).balance : IERC20(asset).balanceOf(address(this));
        uint256 earned = Math.mulDiv(balance + $.totalReleased[asset], bps, WHOLE);
        // A balance that shrank by itself may leave somebody with more than their part, and less than that is left.
        return Math.min(Math.saturatingSub(earned, $.released[asset][account]), balance);
    }

    function _bpsOf(address account) private view returns (uint16) {
        bytes memory packed = _packedTable();
        for (uint256 i = 0; i < packed.length / ENTRY_BYTES; ++i) {
            (address listed, uint16 bps) = _entryAt(packed, i);
            if (listed == account) return bps;
        }
        revert ContributorSplitUnknownAccount(account);
    }

    function _packedTable() private view returns (bytes memory) {
        _requireClone();
        return Clones.fetchCloneArgs(address(this));
    }

    /// @dev The implementation's code ends with no table, and what it were paid would be lost.
    function _requireClone() private view {
        if (address(this) == _implementation) revert ContributorSplitNoTable();
    }

    /// @dev The caller has checked that the table has an entry there.
    function _entryAt(bytes memory packed, uint256 index) private pure returns (address, uint16) {
        uint256 word;
        // Reads up to ten bytes behind the last entry, and drops them below.
        assembly ("memory-safe") {
            word := mload(add(add(packed, 0x20), mul(index, ENTRY_BYTES)))
        }
        // Both casts cut on purpose: the account is the word's first 20 bytes, the share its next two.
        return (address(uint160(word >> 96)), uint16(word >> 80));
    }

    function _storage() private pure returns (ContributorSplitStorage storage $) {
        assembly ("memory-safe") {
            $.slot := CONTRIBUTOR_SPLIT_STORAGE
        }
    }
}
