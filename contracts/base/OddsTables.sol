// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {IHatchery} from "../interfaces/IHatchery.sol";
import {Odds} from "../libraries/Odds.sol";
import {OddsRow, OddsTable, Outcome} from "../types/Odds.sol";

/// @title The published tables of a hatchery
/// @dev Tables are only added. A commit pins the version, so that no later table changes what was committed.
abstract contract OddsTables is IHatchery, Ownable2Step {
    struct StoredRow {
        uint256 minimumXp;
        uint256 weights;
    }

    struct StoredTable {
        uint64 countsFrom;
        uint128 bond;
        bytes32 digest;
        Outcome[] outcomes;
        StoredRow[] rows;
    }

    uint256 private constant MAX_ROWS = 16;
    uint32 private constant SHORTEST_NOTICE = 1 hours;
    uint32 private constant LONGEST_NOTICE = 30 days;
    uint32 private constant SHORTEST_DELAY = 2;
    uint32 private constant LONGEST_DELAY = 7_200;

    uint32 private immutable _delay;
    uint32 private immutable _notice;

    uint32 private _newest;
    mapping(uint32 version => StoredTable) private _tables;

    constructor(uint32 delay_, uint32 notice_) {
        bool delayFits = delay_ >= SHORTEST_DELAY && delay_ <= LONGEST_DELAY;
        bool noticeFits = notice_ >= SHORTEST_NOTICE && notice_ <= LONGEST_NOTICE;
        if (!(delayFits && noticeFits)) revert HatcheryBadTimes(delay_, notice_);
        _delay = delay_;
        _notice = notice_;
    }

    /// @inheritdoc IHatchery
    function publishTable(OddsTable calldata table) external onlyOwner returns (uint32 version) {
        uint256 newestFrom = _tables[_newest].countsFrom;
        if (newestFrom > block.timestamp) revert HatcheryTableWaits(_newest, newestFrom);
        _checkTable(table);
        uint256 countsFrom = block.timestamp + (_newest == 0 ? 0 : _notice);
        version = ++_newest;
        StoredTable storage stored = _tables[version];
        stored.countsFrom = uint64(countsFrom);
        stored.bond = table.bond;
        stored.digest = keccak256(abi.encode(table));
        for (uint256 i = 0; i < table.outcomes.length; ++i) stored.outcomes.push(table.outcomes[i]);
        for (uint256 i = 0; i < table.rows.length; ++i) {
            OddsRow calldata row = table.rows[i];
            stored.rows.push(StoredRow(row.minimumXp, Odds.pack(row.weights)));
        }
        emit TablePublished(version, stored.digest, countsFrom, table);
    }

    /// @inheritdoc IHatchery
    function tableOf(uint32 version) external view returns (OddsTable memory table) {
        StoredTable storage stored = _known(version);
        table.bond = stored.bond;
        table.outcomes = stored.outcomes;
        table.rows = new OddsRow[](stored.rows.length);
        for (uint256 i = 0; i < table.rows.length; ++i) {
            table.rows[i] = OddsRow(stored.rows[i].minimumXp, Odds.unpack(stored.rows[i].weights));
        }
    }

    /// @inheritdoc IHatchery
    function tableInfo(uint32 version) external view returns (uint256 countsFrom, bytes32 digest) {
        StoredTable storage stored = _known(version);
        return (stored.countsFrom, stored.digest);
    }

    /// @inheritdoc IHatchery
    function delay() public view returns (uint32) {
        return _delay;
    }

    /// @inheritdoc IHatchery
    function notice() external view returns (uint32) {
        return _notice;
    }

    /// @inheritdoc IHatchery
    function currentTable() public view returns (uint32 version) {
        version = _newest;
        if (_tables[version].countsFrom > block.timestamp) --version; // never the first, which counts at once
    }

    /// @dev The row for an egg's XP, and the bond that goes with it. Reverts when the egg has too little XP.
    function _rowFor(uint32 version, uint256 eggId, uint256 xp) internal view returns (uint8 row, uint128 bond) {
        StoredTable storage stored = _tables[version];
        uint256 count = stored.rows.length;
        for (uint256 i = count; i > 0; --i) {
            if (stored.rows[i - 1].minimumXp <= xp) return (uint8(i - 1), stored.bond); // at most 16 rows
        }
        revert HatcheryNotRipe(eggId, xp, stored.rows[0].minimumXp);
    }

    function _draw(
        uint32 version,
        uint8 row,
        bytes32 seed
    ) internal view returns (uint256 index, Outcome memory outcome) {
        StoredTable storage stored = _tables[version];
        index = Odds.draw(stored.rows[row].weights, seed);
        outcome = stored.outcomes[index];
    }

    function _firstOutcome(uint32 version) internal view returns (Outcome memory) {
        return _tables[version].outcomes[0];
    }

    function _known(uint32 version) private view returns (StoredTable storage stored) {
        stored = _tables[version];
        if (stored.countsFrom == 0) revert HatcheryUnknownTable(version, _newest);
    }

    function _checkTable(OddsTable calldata table) private pure {
        (uint256 outcomes, uint256 rows) = (table.outcomes.length, table.rows.length);
        bool sized = outcomes != 0 && outcomes <= Odds.MAX_OUTCOMES;
        if (!sized || rows == 0) revert HatcheryBadSize(outcomes, rows);
        if (rows > MAX_ROWS) revert HatcheryBadSize(outcomes, rows);
        for (uint256 i = 0; i < outcomes; ++i) {
            Outcome calldata outcome = table.outcomes[i];
            if (outcome.manifestDigest == 0 || (i == 0 && outcome.supply != 0)) {
                revert HatcheryBadOutcome(i, outcome.manifestDigest, outcome.supply);
            }
        }
        for (uint256 i = 0; i < rows; ++i) _checkRow(table, i);
    }

    function _checkRow(OddsTable calldata table, uint256 index) private pure {
        OddsRow calldata row = table.rows[index];
        if (index != 0) {
            uint256 previous = table.rows[index - 1].minimumXp;
            if (row.minimumXp <= previous) revert HatcheryNotAscending(index, previous, row.minimumXp);
        }
        // What stands behind the outcomes is not counted, so that it must be zero for drawing to end in time.
        uint256 sum = 0;
        uint256 all = 0;
        for (uint256 i = 0; i < Odds.MAX_OUTCOMES; ++i) {
            all += row.weights[i];
            if (i < table.outcomes.length) sum += row.weights[i];
        }
        if (sum != Odds.WHOLE || all != sum) revert HatcheryWrongSum(index, all);
    }
}
