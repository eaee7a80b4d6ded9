// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Ownable, Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Payouts} from "./base/Payouts.sol";
import {IAINFTDisputes} from "./interfaces/IAINFTDisputes.sol";
import {IAINFTRecords} from "./interfaces/IAINFTRecords.sol";
import {IChallenges} from "./interfaces/IChallenges.sol";
import {IInferenceOracle} from "./interfaces/IInferenceOracle.sol";
import {IStakeSlasher} from "./interfaces/IStakeSlasher.sol";
import {Challenge, ChallengeState, ChallengeTerms, ChallengeTimes, Penalty} from "./types/Challenge.sol";

/// @title Bonded challenges: the arbiter of collections
/// @dev Immutable on purpose: collections choose their arbiter once, and it holds bonds.
contract Challenges is IChallenges, Payouts, Ownable2Step {
    /// @inheritdoc IChallenges
    uint256 public constant MAX_PENALTIES = 32;

    uint48 private constant SHORTEST_PERIOD = 1 days;
    uint48 private constant LONGEST_PERIOD = 90 days;
    uint48 private constant LONGEST_REST = 30 days;

    IStakeSlasher private immutable _slasher;
    uint48 private immutable _period;
    uint48 private immutable _rest;

    ChallengeTerms private _terms;
    address private _resolver;
    uint256 private _count;
    uint256 private _pool;
    uint256 private _held;
    mapping(uint256 challengeId => Challenge) private _challenges;
    mapping(address collection => mapping(uint256 tokenId => uint256 challengeId)) private _openOf;
    mapping(uint256 challengeId => mapping(address provider => uint96 amount)) private _penalties;
    mapping(bytes32 subject => uint256 until) private _restsUntil;
    mapping(bytes32 fault => uint256 challengeId) private _upheldBy;

    modifier onlyJudge() {
        if (msg.sender != owner() && msg.sender != _resolver) revert ChallengesNotJudge(msg.sender);
        _;
    }

    /// @param asset What bonds and rewards are paid in: AIN.
    /// @param treasury Who is owed the bonds of rejected challenges: the DAO's timelock.
    /// @param slasher_ The registry of stakes, which must let this contract slash.
    /// @param owner Who judges and sets the terms: the DAO's timelock.
    /// @param times A period of 1 to 90 days and a rest of at most 30.
    constructor(
        IERC20 asset,
        address treasury,
        IStakeSlasher slasher_,
        address owner,
        ChallengeTimes memory times,
        ChallengeTerms memory terms_
    ) Payouts(asset, treasury) Ownable(owner) {
        if (address(slasher_).code.length == 0) revert ChallengesNoSlasher(address(slasher_));
        bool periodFits = times.period >= SHORTEST_PERIOD && times.period <= LONGEST_PERIOD;
        if (!periodFits || times.rest > LONGEST_REST) revert ChallengesBadTimes(times.period, times.rest);
        _slasher = slasher_;
        _period = times.period;
        _rest = times.rest;
        _setTerms(terms_);
    }

    /// @inheritdoc IChallenges
    function challengeVersion(
        address collection,
        uint256 tokenId,
        uint32 version,
        bytes32 evidenceDigest,
        uint128 bond
    ) external nonReentrant returns (uint256 challengeId) {
        bytes32 manifestDigest = IAINFTRecords(collection).manifestOf(tokenId, version); // reverts for no version
        challengeId = ++_count;
        emit VersionChallenged(challengeId, collection, tokenId, version, manifestDigest);
        Challenge memory challenge;
        challenge.version = version;
        challenge.collection = collection;
        challenge.tokenId = tokenId;
        _open(challengeId, challenge, evidenceDigest, bond);
    }

    /// @inheritdoc IChallenges
    function challengeResult(
        address oracle,
        uint64 requestId,
        address collection,
        uint256 tokenId,
        bytes32 evidenceDigest,
        uint128 bond
    ) external nonReentrant returns (uint256 challengeId) {
        if (!IInferenceOracle(oracle).isFulfilled(requestId)) revert ChallengesNoResult(oracle, requestId);
        challengeId = ++_count;
        emit ResultChallenged(challengeId, collection, tokenId, oracle, requestId);
        Challenge memory challenge;
        challenge.collection = collection;
        challenge.tokenId = tokenId;
        challenge.oracle = oracle;
        challenge.requestId = requestId;
        _open(challengeId, challenge, evidenceDigest, bond);
    }

    /// @inheritdoc IChallenges
    function uphold(
        uint256 challengeId,
        uint32 fallbackVersion,
        bytes32 reasonDigest,
        Penalty[] calldata penalties
    ) external onlyJudge nonReentrant {
        Challenge memory challenge = _judge(challengeId, ChallengeState.UPHELD, reasonDigest);
        // Again, for a result can be challenged under several tokens at once.
        bytes32 fault = _faultOf(challenge);
        _checkUnsettled(fault);
        _upheldBy[fault] = challengeId;
        _namePenalties(challengeId, penalties);

        (address collection, uint256 tokenId) = (challenge.collection, challenge.tokenId);
        if (challenge.version != 0 && !IAINFTRecords(collection).programOf(tokenId).frozen) {
            IAINFTDisputes(collection).retireVersion(tokenId, challenge.version, fallbackVersion, reasonDigest);
        } else if (fallbackVersion != 0) {
            revert ChallengesNothingToReplace(challengeId, fallbackVersion);
        }
        IAINFTDisputes(collection).unlock(tokenId);
        uint256 slashed = 0;
        for (uint256 i = 0; i < penalties.length; ++i) {
            slashed += _trySlash(challengeId, penalties[i].provider, penalties[i].amount);
        }
        // What was taken is known only now; nobody can call back in between. This costs far more than the 64th part of
        // its gas that a slash leaves behind when it is given too little: who sends a verdict cannot spare themselves
        // the slashing and have the rest, and with it the challenger's reward.
        uint256 reward = Math.min(challenge.reward, slashed);
        _pool += challenge.reward - reward;
        _owe(challenge.challenger, challenge.bond + reward);
    }

    /// @inheritdoc IChallenges
    function reject(uint256 challengeId, bytes32 reasonDigest) external onlyJudge nonReentrant {
        Challenge memory challenge = _judge(challengeId, ChallengeState.REJECTED, reasonDigest);
        _oweTreasury(challenge.bond);
        _fail(challengeId, challenge);
    }

    /// @inheritdoc IChallenges
    function expire(uint256 challengeId) external nonReentrant {
        Challenge memory challenge = _openChallenge(challengeId);
        if (block.timestamp <= challenge.deadline) revert ChallengesNotOverdue(challengeId, challenge.deadline);
        _end(challengeId, challenge, ChallengeState.EXPIRED, 0);
        _owe(challenge.challenger, challenge.bond);
        _fail(challengeId, challenge);
    }

    /// @inheritdoc IChallenges
    function releaseToken(address collection, uint256 tokenId) external nonReentrant {
        uint256 openId = _openOf[collection][tokenId];
        if (openId != 0) revert ChallengesTokenChallenged(collection, tokenId, openId);
        IAINFTDisputes(collection).unlock(tokenId);
    }

    /// @inheritdoc IChallenges
    function retryPenalty(uint256 challengeId, address provider) external nonReentrant {
        uint96 amount = _penalties[challengeId][provider];
        if (amount == 0) revert ChallengesNoPenalty(challengeId, provider);
        delete _penalties[challengeId][provider];
        // What was taken is known only after the call; nobody can call back in between.
        emit PenaltyDone(challengeId, provider, _slasher.slash(provider, amount, penaltyEvidence(challengeId)));
    }

    /// @inheritdoc IChallenges
    function setTerms(ChallengeTerms calldata newTerms) external onlyOwner {
        _setTerms(newTerms);
    }

    /// @inheritdoc IChallenges
    function setResolver(address newResolver) external onlyOwner {
        _resolver = newResolver;
        emit ResolverChanged(newResolver);
    }

    /// @inheritdoc IChallenges
    function fundPool(uint256 amount) external nonReentrant {
        _pool += amount;
        emit PoolFunded(msg.sender, amount);
        _collect(amount);
    }

    /// @inheritdoc IChallenges
    function reclaimPool(uint256 amount) external onlyOwner nonReentrant {
        if (amount > _pool) revert ChallengesPoolTooSmall(amount, _pool);
        _pool -= amount;
        emit PoolReclaimed(amount);
        _oweTreasury(amount);
    }

    /// @inheritdoc IChallenges
    function challengeOf(uint256 challengeId) external view returns (Challenge memory) {
        return _challenges[challengeId];
    }

    /// @inheritdoc IChallenges
    function openChallengeOf(address collection, uint256 tokenId) external view returns (uint256 challengeId) {
        return _openOf[collection][tokenId];
    }

    /// @inheritdoc IChallenges
    function challengeCount() external view returns (uint256) {
        return _count;
    }

    /// @inheritdoc IChallenges
    function penaltyOf(uint256 challengeId, address provider) external view returns (uint256 amount) {
        return _penalties[challengeId][provider];
    }

    /// @inheritdoc IChallenges
    function versionRestsUntil(address collection, uint256 tokenId, uint32 version) external view returns (uint256) {
        return _restsUntil[_subject(collection, tokenId, version)];
    }

    /// @inheritdoc IChallenges
    function resultsRestUntil(address collection, uint256 tokenId) external view returns (uint256) {
        return _restsUntil[_subject(collection, tokenId, 0)];
    }

    /// @inheritdoc IChallenges
    function versionUpheldBy(address collection, uint256 tokenId, uint32 version) external view returns (uint256) {
        return _upheldBy[_subject(collection, tokenId, version)];
    }

    /// @inheritdoc IChallenges
    function resultUpheldBy(address oracle, uint64 requestId) external view returns (uint256) {
        return _upheldBy[_resultFault(oracle, requestId)];
    }

    /// @inheritdoc IChallenges
    function penaltyEvidence(uint256 challengeId) public view returns (bytes32) {
        return keccak256(abi.encode(address(this), challengeId, _challenges[challengeId].evidenceDigest));
    }

    /// @inheritdoc IChallenges
    function terms() external view returns (ChallengeTerms memory) {
        return _terms;
    }

    /// @inheritdoc IChallenges
    function resolver() external view returns (address) {
        return _resolver;
    }

    /// @inheritdoc IChallenges
    function slasher() external view returns (address) {
        return address(_slasher);
    }

    /// @inheritdoc IChallenges
    function period() external view returns (uint48) {
        return _period;
    }

    /// @inheritdoc IChallenges
    function rest() external view returns (uint48) {
        return _rest;
    }

    /// @inheritdoc IChallenges
    function pool() external view returns (uint256) {
        return _pool;
    }

    /// @inheritdoc IChallenges
    function held() external view returns (uint256) {
        return _held;
    }

    /// @dev The reward is set aside at once, so that nobody who opens a challenge is outrun to it.
    function _open(uint256 challengeId, Challenge memory challenge, bytes32 evidenceDigest, uint128 bond) private {
        (address collection, uint256 tokenId) = (challenge.collection, challenge.tokenId);
        ChallengeTerms memory current = _terms;
        if (bond < current.minimumBond) revert ChallengesBondTooLow(bond, current.minimumBond);
        if (evidenceDigest == 0) revert ChallengesNoEvidence();
        _checkUnsettled(_faultOf(challenge));
        uint256 openId = _openOf[collection][tokenId];
        if (openId != 0) revert ChallengesTokenChallenged(collection, tokenId, openId);
        uint256 until = _restsUntil[_subjectOf(challenge)];
        if (block.timestamp <= until) revert ChallengesSubjectRests(until);

        challenge.challenger = msg.sender;
        challenge.deadline = uint48(block.timestamp) + _period; // 48 bits of seconds last for millions of years
        challenge.state = ChallengeState.OPEN;
        challenge.evidenceDigest = evidenceDigest;
        challenge.bond = bond;
        challenge.reward = uint128(Math.min(_pool, current.reward)); // at most the second, of 128 bits
        _challenges[challengeId] = challenge;
        _openOf[collection][tokenId] = challengeId;
        _pool -= challenge.reward;
        _held += uint256(bond) + challenge.reward;
        emit ChallengeOpened(challengeId, msg.sender, evidenceDigest, bond, challenge.reward, challenge.deadline);
        _collect(bond);
        IAINFTDisputes(collection).lock(tokenId);
    }

    function _setTerms(ChallengeTerms memory newTerms) private {
        if (newTerms.minimumBond == 0) revert ChallengesNoBond();
        _terms = newTerms;
        emit TermsChanged(newTerms.minimumBond, newTerms.reward);
    }

    /// @dev Ends a challenge by a verdict.
    function _judge(
        uint256 challengeId,
        ChallengeState verdict,
        bytes32 reasonDigest
    ) private returns (Challenge memory challenge) {
        challenge = _openChallenge(challengeId);
        if (block.timestamp > challenge.deadline) revert ChallengesOverdue(challengeId, challenge.deadline);
        _end(challengeId, challenge, verdict, reasonDigest);
    }

    function _end(uint256 challengeId, Challenge memory challenge, ChallengeState state, bytes32 reasonDigest) private {
        _challenges[challengeId].state = state;
        delete _openOf[challenge.collection][challenge.tokenId];
        _held -= uint256(challenge.bond) + challenge.reward;
        emit ChallengeEnded(challengeId, state, msg.sender, reasonDigest);
    }

    /// @dev What follows whenever a challenge did not succeed. A collection that does not let go must keep nobody from a
    /// verdict, nor the pool from its reward; whoever gave too little gas leaves a token to be released.
    function _fail(uint256 challengeId, Challenge memory challenge) private {
        _pool += challenge.reward;
        _restsUntil[_subjectOf(challenge)] = block.timestamp + _rest;
        // Nothing is left to do when it lets go.
        // solhint-disable-next-line no-empty-blocks
        try IAINFTDisputes(challenge.collection).unlock(challenge.tokenId) {} catch {
            emit TokenNotReleased(challengeId, challenge.collection, challenge.tokenId);
        }
    }

    function _namePenalties(uint256 challengeId, Penalty[] calldata penalties) private {
        if (penalties.length > MAX_PENALTIES) revert ChallengesTooManyPenalties(penalties.length, MAX_PENALTIES);
        mapping(address provider => uint96 amount) storage named = _penalties[challengeId];
        for (uint256 i = 0; i < penalties.length; ++i) {
            (address provider, uint96 amount) = (penalties[i].provider, penalties[i].amount);
            if (amount == 0 || named[provider] != 0) revert ChallengesBadPenalty(challengeId, provider, amount);
            named[provider] = amount;
            emit PenaltyNamed(challengeId, provider, amount);
        }
    }

    /// @dev A provider must not escape because another cannot be slashed, nor keep a bad version alive by having too
    /// little stake: what fails stays named.
    function _trySlash(uint256 challengeId, address provider, uint96 amount) private returns (uint256 slashed) {
        delete _penalties[challengeId][provider];
        try _slasher.slash(provider, amount, penaltyEvidence(challengeId)) returns (uint256 taken) {
            slashed = taken;
            emit PenaltyDone(challengeId, provider, taken);
        } catch {
            _penalties[challengeId][provider] = amount;
            emit PenaltyPending(challengeId, provider, amount);
        }
    }

    function _openChallenge(uint256 challengeId) private view returns (Challenge memory challenge) {
        challenge = _challenges[challengeId];
        if (challenge.state != ChallengeState.OPEN) revert ChallengesNotOpen(challengeId, challenge.state);
    }

    function _checkUnsettled(bytes32 fault) private view {
        uint256 upheldId = _upheldBy[fault];
        if (upheldId != 0) revert ChallengesSettled(upheldId);
    }

    /// @dev What a verdict settles. A result is one thing, whichever token it is said to come from.
    function _faultOf(Challenge memory challenge) private pure returns (bytes32) {
        if (challenge.version == 0) return _resultFault(challenge.oracle, challenge.requestId);
        return _subjectOf(challenge);
    }

    function _subjectOf(Challenge memory challenge) private pure returns (bytes32) {
        return _subject(challenge.collection, challenge.tokenId, challenge.version);
    }

    /// @dev All results of a token are one subject (version 0): whoever challenges can name any oracle and any request.
    function _subject(address collection, uint256 tokenId, uint32 version) private pure returns (bytes32) {
        return keccak256(abi.encode(collection, tokenId, version));
    }

    /// @dev Two words, where a subject has three: the one never equals the other.
    function _resultFault(address oracle, uint64 requestId) private pure returns (bytes32) {
        return keccak256(abi.encode(oracle, requestId));
    }
}
