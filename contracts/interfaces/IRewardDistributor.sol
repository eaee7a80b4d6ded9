// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Programme, RewardBooks, RewardLimits, RewardPosting} from "../types/Reward.sol";

/// @title Pays the rewards of the network, epoch by epoch
/// @notice Each programme has a budget, funded before anything is promised from it. An epoch is posted as a Merkle root
/// over what every account has earned so far in all epochs together; a claim pays that, less what was paid before. So
/// nobody has to claim in time, and nobody is paid twice. Postings come from a vote, or from a quorum of reporters
/// within the limits that a vote set.
/// @dev Amounts are in the token's smallest unit, times in Unix seconds. Immutable; the owner is the DAO's timelock. A
/// tree is right when somebody computes it again from the chain and the published rows: the contract checks none of it.
/// What m colluding reporters of the oracle can do: promise themselves up to `epochCap` of one programme's budget every
/// `interval`, and with it all that the programme promised and nobody claimed yet, for a posting replaces the tree before
/// it. Who claims early risks less. What they cannot: touch another programme, the unallocated budget beyond the cap, what
/// was claimed, or anything while no vote has set a cap.
/// Warning: what is sent to the distributor other than by `fund` is nobody's, and stays there.
interface IRewardDistributor {
    // Set-up

    /// @notice Thrown when the token or the oracle is no contract.
    error RewardDistributorNotAContract(address account);

    /// @notice Thrown when the owner renounces: no unused budget could be returned any more.
    error RewardDistributorOwnerNeeded();

    /// @notice Thrown when the interval between reports is longer than allowed, in seconds.
    error RewardDistributorIntervalTooLong(uint256 interval, uint256 maximum);

    /// @notice Emitted when a vote changes how far reporters may go.
    event RewardLimitsSet(Programme indexed programme, RewardLimits previous, RewardLimits current);

    /// @notice Sets how far reporters may go in a programme on their own. At first they may post nothing.
    /// @dev Only the owner. Reverts when the interval is longer than `MAX_INTERVAL`.
    function setLimits(Programme programme, RewardLimits calldata limits) external;

    // Budgets

    /// @notice Thrown when an amount is zero.
    error RewardDistributorZeroAmount();

    /// @notice Thrown when the token moved another amount than it was told: one that takes a fee, for instance.
    error RewardDistributorWrongTransfer(uint256 expected, uint256 actual);

    /// @notice Thrown when more is needed than a programme's unallocated budget.
    error RewardDistributorOverBudget(Programme programme, uint256 needed, uint256 unallocated);

    /// @notice Thrown when a programme that was posted to within `EXPIRY`, or has no root, expires.
    /// @param expiresAt Unix seconds from which it could; zero when it has no root.
    error RewardDistributorNotExpired(Programme programme, uint256 expiresAt);

    /// @notice Emitted when a programme's budget grows.
    event ProgrammeFunded(Programme indexed programme, address indexed from, uint256 amount);

    /// @notice Emitted when a vote takes unallocated budget back.
    event BudgetReclaimed(Programme indexed programme, address indexed recipient, uint256 amount);

    /// @notice Emitted when rewards that nobody claimed go back into the budget.
    event ProgrammeExpired(Programme indexed programme, uint64 indexed epoch, uint256 amount);

    /// @notice Adds the caller's tokens to a programme's budget.
    /// @dev Anybody; the tokens are the programme's from then on. Reverts for zero, and when the token moves another
    /// amount.
    function fund(Programme programme, uint256 amount) external;

    /// @notice Takes unallocated budget back.
    /// @dev Only the owner. Reverts for zero, for more than is unallocated, and when the token refuses the recipient.
    /// What a malicious owner could do: take all that is not promised yet; by a posting, see `post`, what was promised too.
    function reclaim(Programme programme, uint256 amount, address recipient) external;

    /// @notice Ends the claims of a programme to which nothing was posted for `EXPIRY`; what nobody claimed is
    /// unallocated.
    /// @dev Only the owner. Reverts before that time, and when there is no root. A later posting begins again from what
    /// was claimed: its total may leave out what expired.
    /// @return amount What went back into the budget.
    function expire(Programme programme) external returns (uint256 amount);

    // Postings

    /// @notice Thrown when a posting is not for the programme's next epoch.
    error RewardDistributorWrongEpoch(Programme programme, uint64 expected, uint64 actual);

    /// @notice Thrown when a posting has no root.
    error RewardDistributorNoRoot();

    /// @notice Thrown when a posting's total is less than what was posted before.
    error RewardDistributorTotalShrinks(Programme programme, uint256 previous, uint256 actual);

    /// @notice Thrown when a report is posted to a programme for which no vote has set a cap.
    error RewardDistributorNoReports(Programme programme);

    /// @notice Thrown when reporters add more than they may.
    error RewardDistributorOverCap(Programme programme, uint256 added, uint256 epochCap);

    /// @notice Thrown when reporters post before the interval is over. Unix seconds.
    error RewardDistributorTooEarly(Programme programme, uint256 earliest);

    /// @notice Thrown when a report is not by a quorum, or not over this posting.
    error RewardDistributorNotReported(bytes32 leaf);

    /// @notice Emitted when an epoch is posted.
    /// @param added What it adds to the total.
    /// @param byReport Whether a quorum posted it, rather than a vote.
    event EpochPosted(
        Programme indexed programme,
        uint64 indexed epoch,
        bytes32 root,
        uint256 total,
        uint256 added,
        bool byReport
    );

    /// @notice Posts an epoch by vote.
    /// @dev Only the owner. Reverts when it is not the next epoch, has no root, a smaller total, or adds more than is
    /// unallocated. What a malicious owner could do: promise the whole budget to anybody, and name too little for
    /// others.
    function post(RewardPosting calldata posting) external;

    /// @notice Posts an epoch that a quorum of reporters signed.
    /// @dev Open to all. Reverts as `post` does, over the cap, before the interval is over, or when the oracle takes no
    /// such report now. Each report works once, as epochs do not repeat.
    /// @param posting What was signed: `postingLeaf` of it is the report's root, its first id 0, its count 1.
    /// @param configVersion The report's config.
    /// @param deadline The report's deadline, Unix seconds.
    /// @param attestation The quorum's signatures, in the oracle's own format.
    function postByReport(
        RewardPosting calldata posting,
        uint32 configVersion,
        uint64 deadline,
        bytes calldata attestation
    ) external;

    // Claims

    /// @notice Thrown when a proof does not lead to the programme's root.
    error RewardDistributorInvalidProof(Programme programme, address account, uint256 cumulativeAmount);

    /// @notice Thrown when an account was paid all that it has earned.
    error RewardDistributorNothingDue(Programme programme, address account, uint256 cumulativeAmount, uint256 claimed);

    /// @notice Thrown when a tree promises more than its total.
    error RewardDistributorOverTotal(Programme programme, uint256 claimed, uint256 total);

    /// @notice Emitted when an account is paid.
    event RewardClaimed(Programme indexed programme, address indexed account, uint256 amount, uint256 cumulativeAmount);

    /// @notice Pays an account what it has earned, less what it was paid.
    /// @dev Anybody: it goes to the account, whoever calls. Reverts when the proof does not hold against the newest
    /// root, when nothing is due, when the tree promised more than its total and that is used up, and when the token
    /// refuses the account, which harms nobody else.
    /// @param programme What is rewarded.
    /// @param account Who is paid.
    /// @param cumulativeAmount What the account has earned in all epochs, as the tree says.
    /// @param proof Siblings from the leaf to the root, as OpenZeppelin's StandardMerkleTree gives them.
    /// @return amount What was paid.
    function claim(
        Programme programme,
        address account,
        uint256 cumulativeAmount,
        bytes32[] calldata proof
    ) external returns (uint256 amount);

    // Views

    /// @notice The books of a programme.
    function booksOf(Programme programme) external view returns (RewardBooks memory);

    /// @notice How far reporters may go in a programme.
    function limitsOf(Programme programme) external view returns (RewardLimits memory);

    /// @notice What an account was paid so far in a programme.
    function claimedBy(Programme programme, address account) external view returns (uint256);

    /// @notice Leaf of an account's rewards in the tree of a programme.
    function rewardLeaf(Programme programme, address account, uint256 cumulativeAmount) external pure returns (bytes32);

    /// @notice Leaf of a posting, as reporters sign it: bound to this distributor and this chain, and of a type of its
    /// own, so that no result and no update passes for it.
    function postingLeaf(RewardPosting calldata posting) external view returns (bytes32);

    /// @notice The ERC-20 that is paid.
    function token() external view returns (address);

    /// @notice The contract that says whether a quorum signed.
    function oracle() external view returns (address);

    /// @notice Seconds without a posting after which a programme may expire: 730 days.
    function EXPIRY() external view returns (uint256);

    /// @notice Longest interval between reports: 365 days in seconds.
    function MAX_INTERVAL() external view returns (uint256);
}
