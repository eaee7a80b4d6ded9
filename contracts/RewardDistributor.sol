// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Ownable, Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {IAttestationVerifier} from "./interfaces/IAttestationVerifier.sol";
import {IRewardDistributor} from "./interfaces/IRewardDistributor.sol";
import {Report} from "./types/Inference.sol";
import {Programme, RewardBooks, RewardLimits, RewardPosting} from "./types/Reward.sol";

/// @title Cumulative rewards by programme and epoch
/// @dev Immutable, as it holds money. What it owes to a programme is always `unallocated` + `total` - `claimed`.
contract RewardDistributor is IRewardDistributor, Ownable2Step, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    bytes32 private constant POSTING_TYPEHASH = keccak256(
        "RewardPosting(uint256 chainId,address distributor,uint8 programme,uint64 epoch,bytes32 root,uint256 total)"
    );

    /// @inheritdoc IRewardDistributor
    uint256 public constant EXPIRY = 730 days;

    /// @inheritdoc IRewardDistributor
    uint256 public constant MAX_INTERVAL = 365 days;

    /// @inheritdoc IRewardDistributor
    address public immutable token;

    /// @inheritdoc IRewardDistributor
    address public immutable oracle;

    mapping(Programme programme => RewardBooks) private _books;
    mapping(Programme programme => RewardLimits) private _limits;
    mapping(Programme programme => mapping(address account => uint256 amount)) private _claimed;

    constructor(address token_, address owner, address oracle_) Ownable(owner) {
        if (token_.code.length == 0) revert RewardDistributorNotAContract(token_);
        if (oracle_.code.length == 0) revert RewardDistributorNotAContract(oracle_);
        token = token_;
        oracle = oracle_;
    }

    /// @inheritdoc IRewardDistributor
    function setLimits(Programme programme, RewardLimits calldata limits) external onlyOwner {
        if (limits.interval > MAX_INTERVAL) revert RewardDistributorIntervalTooLong(limits.interval, MAX_INTERVAL);
        emit RewardLimitsSet(programme, _limits[programme], limits);
        _limits[programme] = limits;
    }

    /// @inheritdoc IRewardDistributor
    function fund(Programme programme, uint256 amount) external nonReentrant {
        if (amount == 0) revert RewardDistributorZeroAmount();
        _books[programme].unallocated += amount;
        emit ProgrammeFunded(programme, msg.sender, amount);
        // Nothing but the transfer itself can happen between the two looks at the balance: calls back are refused.
        uint256 before = IERC20(token).balanceOf(address(this));
        IERC20(token).safeTransferFrom(msg.sender, address(this), amount);
        uint256 received = IERC20(token).balanceOf(address(this)) - before;
        if (received != amount) revert RewardDistributorWrongTransfer(amount, received);
    }

    /// @inheritdoc IRewardDistributor
    function reclaim(Programme programme, uint256 amount, address recipient) external onlyOwner nonReentrant {
        if (amount == 0) revert RewardDistributorZeroAmount();
        _spend(programme, amount);
        emit BudgetReclaimed(programme, recipient, amount);
        IERC20(token).safeTransfer(recipient, amount);
    }

    /// @inheritdoc IRewardDistributor
    function expire(Programme programme) external onlyOwner nonReentrant returns (uint256 amount) {
        RewardBooks storage books = _books[programme];
        uint256 expiresAt = books.root == 0 ? 0 : books.postedAt + EXPIRY;
        if (expiresAt == 0 || block.timestamp < expiresAt) revert RewardDistributorNotExpired(programme, expiresAt);
        amount = books.total - books.claimed;
        books.total = books.claimed;
        books.unallocated += amount;
        books.root = 0;
        emit ProgrammeExpired(programme, books.epoch, amount);
    }

    /// @inheritdoc IRewardDistributor
    function post(RewardPosting calldata posting) external onlyOwner nonReentrant {
        _post(posting, false);
    }

    /// @inheritdoc IRewardDistributor
    function postByReport(
        RewardPosting calldata posting,
        uint32 configVersion,
        uint64 deadline,
        bytes calldata attestation
    ) external nonReentrant {
        RewardLimits memory limits = _limits[posting.programme];
        // A posting that adds nothing divides anew what is promised already, so a cap of zero must stop it as well.
        if (limits.epochCap == 0) revert RewardDistributorNoReports(posting.programme);
        RewardBooks storage books = _books[posting.programme];
        uint256 earliest = books.postedAt + uint256(limits.interval);
        if (block.timestamp < earliest) revert RewardDistributorTooEarly(posting.programme, earliest);
        bytes32 leaf = postingLeaf(posting);
        Report memory report = Report(configVersion, deadline, 0, 1, leaf);
        if (!IAttestationVerifier(oracle).isValidReport(report, attestation)) revert RewardDistributorNotReported(leaf);
        uint256 added = _post(posting, true);
        if (added > limits.epochCap) revert RewardDistributorOverCap(posting.programme, added, limits.epochCap);
    }

    /// @inheritdoc IRewardDistributor
    function claim(
        Programme programme,
        address account,
        uint256 cumulativeAmount,
        bytes32[] calldata proof
    ) external nonReentrant returns (uint256 amount) {
        RewardBooks storage books = _books[programme];
        if (!MerkleProof.verifyCalldata(proof, books.root, rewardLeaf(programme, account, cumulativeAmount))) {
            revert RewardDistributorInvalidProof(programme, account, cumulativeAmount);
        }
        uint256 paid = _claimed[programme][account];
        if (cumulativeAmount <= paid) {
            revert RewardDistributorNothingDue(programme, account, cumulativeAmount, paid);
        }
        amount = cumulativeAmount - paid;
        uint256 total = books.total;
        // Not by addition, which a lying tree could overflow.
        if (amount > total - books.claimed) revert RewardDistributorOverTotal(programme, books.claimed, total);
        books.claimed += amount;
        _claimed[programme][account] = cumulativeAmount;
        emit RewardClaimed(programme, account, amount, cumulativeAmount);
        IERC20(token).safeTransfer(account, amount);
    }

    /// @dev Without an owner, what reporters do not post would lie here for ever.
    function renounceOwnership() public view override onlyOwner {
        revert RewardDistributorOwnerNeeded();
    }

    /// @inheritdoc IRewardDistributor
    function booksOf(Programme programme) external view returns (RewardBooks memory) {
        return _books[programme];
    }

    /// @inheritdoc IRewardDistributor
    function limitsOf(Programme programme) external view returns (RewardLimits memory) {
        return _limits[programme];
    }

    /// @inheritdoc IRewardDistributor
    function claimedBy(Programme programme, address account) external view returns (uint256) {
        return _claimed[programme][account];
    }

    /// @inheritdoc IRewardDistributor
    function postingLeaf(RewardPosting calldata posting) public view returns (bytes32) {
        bytes32 hash = keccak256(abi.encode(POSTING_TYPEHASH, block.chainid, address(this), posting));
        return keccak256(abi.encode(hash));
    }

    /// @inheritdoc IRewardDistributor
    function rewardLeaf(Programme programme, address account, uint256 cumulativeAmount) public pure returns (bytes32) {
        return keccak256(abi.encode(keccak256(abi.encode(programme, account, cumulativeAmount))));
    }

    function _post(RewardPosting calldata posting, bool byReport) private returns (uint256 added) {
        Programme programme = posting.programme;
        RewardBooks storage books = _books[programme];
        uint64 next = books.epoch + 1;
        if (posting.epoch != next) revert RewardDistributorWrongEpoch(programme, next, posting.epoch);
        if (posting.root == 0) revert RewardDistributorNoRoot();
        uint256 previous = books.total;
        if (posting.total < previous) revert RewardDistributorTotalShrinks(programme, previous, posting.total);
        added = posting.total - previous;
        _spend(programme, added);
        books.epoch = next;
        books.postedAt = uint64(block.timestamp); // enough for ever
        books.root = posting.root;
        books.total = posting.total;
        emit EpochPosted(programme, next, posting.root, posting.total, added, byReport);
    }

    /// @dev Takes from what is not promised to anybody.
    function _spend(Programme programme, uint256 amount) private {
        uint256 unallocated = _books[programme].unallocated;
        if (amount > unallocated) revert RewardDistributorOverBudget(programme, amount, unallocated);
        _books[programme].unallocated = unallocated - amount;
    }
}
