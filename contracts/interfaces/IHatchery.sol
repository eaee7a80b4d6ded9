// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {EggState, HeldEgg, Lineage} from "../types/Hatching.sol";
import {OddsTable} from "../types/Odds.sol";
import {ICollectionKeeper} from "./ICollectionKeeper.sol";
import {IPayouts} from "./IPayouts.sol";

/// @title Hatches eggs into AINFTs, by published odds
/// @notice An egg is an ERC-721 AINFT whose XP is a trait that signed updates set. Its owner commits it together with
/// the hash of a secret; the hash of a block some blocks later and the secret draw what it becomes, by the odds that its
/// XP had when it was committed. The egg burns, and its AINFT knows its lineage.
/// @dev See docs/hatching.md for what is prevented and what is not. In short: the caller cannot choose, but can abandon
/// an egg whose draw they do not like, at the price of the bond, and try again; who builds the block cannot choose
/// without the secret, but can with it; reporters can raise XP, which changes later commits and no draw; the owner can
/// change the odds of later commits, with notice.
/// The hatchery has no right over eggs that nobody committed. A malicious owner could publish a table that makes every
/// egg the same, and point the collection of the hatched at another oracle, until that choice is locked.
/// Warning: an egg that is sent here without a commit stays here for ever.
/// Warning: only for chains on which `blockhash` answers for the last 256 blocks of the number that `block.number`
/// counts, and on which whoever builds blocks does not also commit eggs.
interface IHatchery is IPayouts, ICollectionKeeper {
    /// @notice Thrown when a hatchery's delay is not 2 to 7200 blocks, or its notice not 1 hour to 30 days.
    error HatcheryBadTimes(uint32 delay, uint32 notice);

    /// @notice Thrown when the collection of eggs has no trait schema yet.
    error HatcheryNoTraitSchema(address eggs);

    /// @notice Thrown when the trait is none that counts XP: an unsigned number that only signed updates set.
    error HatcheryUnfitTrait(bytes32 xpKey);

    /// @notice Thrown when a table is published while another waits to count.
    error HatcheryTableWaits(uint32 version, uint256 countsFrom);

    /// @notice Thrown when a table has no outcome or more than 16, or no row or more than 16.
    error HatcheryBadSize(uint256 outcomes, uint256 rows);

    /// @notice Thrown when an outcome has no manifest, or when the first one is limited.
    error HatcheryBadOutcome(uint256 index, bytes32 manifestDigest, uint64 supply);

    /// @notice Thrown when rows are not in ascending order of XP.
    error HatcheryNotAscending(uint256 row, uint256 previousXp, uint256 xp);

    /// @notice Thrown when the weights of a row's outcomes do not make 10000.
    error HatcheryWrongSum(uint256 row, uint256 sum);

    /// @notice Thrown when an egg is committed before the collection of the hatched is taken over.
    error HatcheryNotReady();

    /// @notice Thrown when an egg is committed under another table than the one that counts; zero for none.
    error HatcheryOtherTable(uint32 expected, uint32 current);

    /// @notice Thrown when somebody commits an egg that is not theirs.
    error HatcheryNotOwner(uint256 eggId, address caller, address owner);

    /// @notice Thrown when an egg has less XP than the table's first row wants.
    error HatcheryNotRipe(uint256 eggId, uint256 xp, uint256 minimumXp);

    /// @notice Thrown when an egg is not in the state that a call needs.
    error HatcheryWrongState(uint256 eggId, EggState expected, EggState actual);

    /// @notice Thrown when a secret is not the one that was committed to.
    error HatcheryWrongSecret(uint256 eggId);

    /// @notice Thrown when the block that decides is not behind us yet.
    error HatcheryTooEarly(uint256 eggId, uint256 blockNumber, uint256 revealBlock);

    /// @notice Thrown when the hash of the block that decides is not known any more.
    error HatcheryTooLate(uint256 eggId, uint256 blockNumber, uint256 revealBlock);

    /// @notice Thrown when an egg is given back while it can still hatch.
    error HatcheryNotAbandoned(uint256 eggId, uint256 blockNumber, uint256 lastBlock);

    /// @notice Thrown when a version is asked for that no table has.
    error HatcheryUnknownTable(uint32 version, uint32 newest);

    /// @notice Emitted when a table is published.
    /// @param version Tables count from 1.
    /// @param digest keccak-256 of the table's ABI encoding.
    /// @param countsFrom Unix seconds from which eggs are committed under it.
    event TablePublished(uint32 indexed version, bytes32 indexed digest, uint256 countsFrom, OddsTable table);

    /// @notice Emitted when an egg is committed.
    event EggCommitted(
        uint256 indexed eggId,
        address indexed committer,
        bytes32 commitment,
        uint256 xp,
        uint32 tableVersion,
        uint256 revealBlock,
        uint256 bond
    );

    /// @notice Emitted when an egg hatches.
    /// @param childId The new AINFT, in the collection of the hatched.
    /// @param outcome What it became, by its place in the table.
    /// @param seed What was drawn by: its remainder by 10000 is the ticket.
    event EggHatched(
        uint256 indexed eggId,
        uint256 indexed childId,
        address indexed committer,
        uint256 outcome,
        bytes32 manifestDigest,
        bytes32 seed
    );

    /// @notice Emitted when an abandoned egg is given back.
    /// @param forfeited What the committer lost, in the asset's smallest unit.
    event EggReturned(uint256 indexed eggId, address indexed committer, uint256 forfeited);

    /// @notice Publishes a table of odds. The first one counts at once, every later one after the notice; eggs that are
    /// committed hatch by the table of their commit.
    /// @dev Only the owner. Reverts while another table waits, and when the table is not as {OddsTable} says.
    /// @return version Tables count from 1.
    function publishTable(OddsTable calldata table) external returns (uint32 version);

    /// @notice Commits an egg: the hatchery holds it, and the bond, until it hatches or is given back.
    /// @dev Only the egg's owner, who approved this contract for the egg and the bond. Reverts before the collection of
    /// the hatched is taken over, when another table counts than the caller expects, when the egg has too little XP, or
    /// when a dispute locks it.
    /// Warning: whoever finds the secret with the block's builder chooses the outcome: take 32 random bytes, tell
    /// nobody, keep them until the reveal. Whoever loses them loses the bond.
    /// @param commitment What `commitmentOf` says of the secret.
    /// @param tableVersion The table that the caller wants to hatch by.
    /// @return revealBlock The block whose hash decides; reveal in one of the 256 blocks after it.
    function commit(uint256 eggId, bytes32 commitment, uint32 tableVersion) external returns (uint256 revealBlock);

    /// @notice Hatches an egg: draws its outcome, mints its AINFT for the committer, burns it, and owes the bond back.
    /// @dev Anybody who knows the secret: what it becomes, and for whom, is decided. The receiver is not asked (plain
    /// ERC-721 mint). A drawn outcome whose supply is used up gives the first one. An egg that a dispute locks meanwhile
    /// hatches all the same, and is burned later. Reverts outside the 256 blocks after the reveal block, and with
    /// another secret.
    /// @return childId The new AINFT, in the collection of the hatched.
    function reveal(uint256 eggId, bytes32 secret) external returns (uint256 childId);

    /// @notice Gives an abandoned egg back to its committer; the treasury is owed the bond.
    /// @dev Anybody, from the 257th block after the reveal block. The receiver is not asked (plain ERC-721 transfer).
    /// Reverts while a dispute locks the egg.
    function returnEgg(uint256 eggId) external;

    /// @notice Burns an egg that hatched while a dispute locked it.
    /// @dev Anybody. Reverts while the dispute goes on.
    function burnEgg(uint256 eggId) external;

    /// @notice What to commit to, for a secret. It binds hatchery, chain, egg and committer, so that a commitment is
    /// worth nothing to anybody else.
    /// @dev Warning: ask a node of your own; whoever you ask knows the secret.
    function commitmentOf(uint256 eggId, address committer, bytes32 secret) external view returns (bytes32);

    /// @notice An egg that the hatchery holds; its state is NONE for any other.
    function eggOf(uint256 eggId) external view returns (HeldEgg memory);

    /// @notice Where an AINFT of the collection of the hatched comes from; its egg is zero when it came from none.
    function lineageOf(uint256 childId) external view returns (Lineage memory);

    /// @notice The AINFT that an egg became; zero when it did not hatch.
    function childOf(uint256 eggId) external view returns (uint256 childId);

    /// @notice How many AINFTs were hatched with a manifest.
    function hatchedWith(bytes32 manifestDigest) external view returns (uint256);

    /// @notice The table by which eggs are committed now; zero before the first.
    function currentTable() external view returns (uint32 version);

    /// @notice A table, whether it counts or not.
    /// @dev Reverts when there is none of this version.
    function tableOf(uint32 version) external view returns (OddsTable memory);

    /// @notice When a table counts or counted from (Unix seconds), and keccak-256 of its ABI encoding.
    /// @dev Reverts when there is none of this version.
    function tableInfo(uint32 version) external view returns (uint256 countsFrom, bytes32 digest);

    /// @notice The collection of eggs.
    function eggs() external view returns (address);

    /// @notice The trait of eggs that counts their XP.
    function xpKey() external view returns (bytes32);

    /// @notice Blocks from a commit to the block whose hash decides.
    function delay() external view returns (uint32);

    /// @notice Seconds from the publication of a table, other than the first, until it counts.
    function notice() external view returns (uint32);
}
