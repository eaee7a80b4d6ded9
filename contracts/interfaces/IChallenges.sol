// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Challenge, ChallengeState, ChallengeTerms, Penalty} from "../types/Challenge.sol";
import {IPayouts} from "./IPayouts.sol";

/// @title Bonded challenges of versions and results
/// @notice Anybody may say, under a bond, that a version of a program or a result is bad. The token is locked at once
/// and until the end: the owner (the DAO's timelock) or the resolver it appointed upholds or rejects the challenge, or
/// anybody closes it when nobody judged it in time. It must be the arbiter of the token's collection, which a
/// collection chooses when it is opened, for ever.
/// @dev What is bad is judged off chain, by what evidence digests stand for. A malicious owner or resolver could uphold
/// anything: retire any version that was challenged, name any provider to be slashed, give the reward to whom it likes,
/// and take bonds for the treasury. It could not touch a token that nobody challenged, keep one locked beyond the
/// period, or give more of the pool away than it slashes. What the owner alone can do: change the terms of later
/// challenges, the resolver, and take what is free in the pool to the treasury.
/// A malicious challenger could lock any token for as long as the judges take, at the price of a bond, and again for
/// each other version that it has, or when the rest is over (results of a token rest together); and, by a challenge of
/// something good, keep others from challenging the same token meanwhile. A collection of the challenger's own takes the
/// reward out of the pool until the challenge ends, as any other does.
/// Judges who act soon make both short and costly; judges who never act make them free.
interface IChallenges is IPayouts {
    /// @notice Thrown when the registry of stakes would be an address without code.
    error ChallengesNoSlasher(address account);

    /// @notice Thrown when challenges could not be judged for less than a day, or for longer than 90, or when the rest
    /// would be longer than 30.
    error ChallengesBadTimes(uint48 period, uint48 rest);

    /// @notice Thrown when no bond would be asked for: locking would be free.
    error ChallengesNoBond();

    /// @notice Thrown when a bond is lower than it must be.
    error ChallengesBondTooLow(uint256 bond, uint256 minimum);

    /// @notice Thrown when a challenge names no evidence.
    error ChallengesNoEvidence();

    /// @notice Thrown when a token is challenged already: one challenge at a time.
    /// @param challengeId The one that is open.
    error ChallengesTokenChallenged(address collection, uint256 tokenId, uint256 challengeId);

    /// @notice Thrown when the same version or the same result was upheld to be bad before: that is settled for ever.
    /// @param challengeId The challenge that was upheld.
    error ChallengesSettled(uint256 challengeId);

    /// @notice Thrown when the oracle knows no result of a request.
    error ChallengesNoResult(address oracle, uint64 requestId);

    /// @notice Thrown when the same thing was challenged without success a short time ago.
    /// @param until Unix seconds of the last second of its rest.
    error ChallengesSubjectRests(uint256 until);

    /// @notice Thrown when the caller is neither the owner nor the resolver.
    error ChallengesNotJudge(address caller);

    /// @notice Thrown when a challenge is not open.
    error ChallengesNotOpen(uint256 challengeId, ChallengeState state);

    /// @notice Thrown when a challenge is judged after its period.
    error ChallengesOverdue(uint256 challengeId, uint256 deadline);

    /// @notice Thrown when a challenge is closed that may still be judged.
    error ChallengesNotOverdue(uint256 challengeId, uint256 deadline);

    /// @notice Thrown when a verdict names a version to run instead where none is retired: in a challenge of a result,
    /// or of a version of a frozen program.
    error ChallengesNothingToReplace(uint256 challengeId, uint32 fallbackVersion);

    /// @notice Thrown when a verdict names more providers than allowed.
    error ChallengesTooManyPenalties(uint256 count, uint256 maximum);

    /// @notice Thrown when a verdict takes nothing from a provider, or names one twice.
    error ChallengesBadPenalty(uint256 challengeId, address provider, uint256 amount);

    /// @notice Thrown when no slashing of a provider is left to be done.
    error ChallengesNoPenalty(uint256 challengeId, address provider);

    /// @notice Thrown when more would be taken from the pool than is free in it.
    error ChallengesPoolTooSmall(uint256 amount, uint256 pool);

    /// @notice Emitted when a version is challenged. Its token is locked from now on.
    event VersionChallenged(
        uint256 indexed challengeId,
        address indexed collection,
        uint256 indexed tokenId,
        uint32 version,
        bytes32 manifestDigest
    );

    /// @notice Emitted when a result is challenged. Its token is locked from now on.
    event ResultChallenged(
        uint256 indexed challengeId,
        address indexed collection,
        uint256 indexed tokenId,
        address oracle,
        uint64 requestId
    );

    /// @notice Emitted for every challenge, after what it is about: who risks and gains what, until when.
    event ChallengeOpened(
        uint256 indexed challengeId,
        address indexed challenger,
        bytes32 evidenceDigest,
        uint256 bond,
        uint256 reward,
        uint256 deadline
    );

    /// @notice Emitted when a challenge ends.
    /// @param state UPHELD, REJECTED or EXPIRED.
    /// @param judge Who ended it.
    /// @param reasonDigest Digest of the document that says why; zero when it expired.
    event ChallengeEnded(
        uint256 indexed challengeId,
        ChallengeState indexed state,
        address indexed judge,
        bytes32 reasonDigest
    );

    /// @notice Emitted for each provider whom a verdict names.
    event PenaltyNamed(uint256 indexed challengeId, address indexed provider, uint256 amount);

    /// @notice Emitted when a challenge failed and the collection did not let its token go. `releaseToken` tries again.
    event TokenNotReleased(uint256 indexed challengeId, address indexed collection, uint256 indexed tokenId);

    /// @notice Emitted when a provider was slashed as a verdict says.
    /// @param amount What was taken: less than named when there was less.
    event PenaltyDone(uint256 indexed challengeId, address indexed provider, uint256 amount);

    /// @notice Emitted when the registry refused to slash a provider within the verdict. Anybody may try again.
    event PenaltyPending(uint256 indexed challengeId, address indexed provider, uint256 amount);

    /// @notice Emitted when the terms of later challenges change.
    event TermsChanged(uint256 minimumBond, uint256 reward);

    /// @notice Emitted when another account may judge beside the owner; zero for none.
    event ResolverChanged(address indexed resolver);

    /// @notice Emitted when somebody pays into the pool of rewards.
    event PoolFunded(address indexed from, uint256 amount);

    /// @notice Emitted when the owner takes from the pool of rewards.
    event PoolReclaimed(uint256 amount);

    /// @notice Challenges a version of a program, active or not.
    /// @dev Anybody who approved the bond. Locks the token. Reverts when this is not the arbiter of the collection,
    /// when the token or the version is unknown, burned or locked, when the same version was upheld to be bad before,
    /// when the token is challenged already, when the same version was challenged without success a short time ago,
    /// when the bond is too low, and without evidence. A version that was upheld is settled, of a frozen program too.
    /// Warning: the collection is whatever contract the caller names; only what a collection of the suite answers means
    /// anything.
    /// @param evidenceDigest Digest of what the challenger says and shows; never zero.
    /// @param bond What the challenger risks, in the asset's smallest unit; at least the minimum.
    /// @return challengeId Challenges count from 1.
    function challengeVersion(
        address collection,
        uint256 tokenId,
        uint32 version,
        bytes32 evidenceDigest,
        uint128 bond
    ) external returns (uint256 challengeId);

    /// @notice Challenges the result of a request, and locks the token that it is said to come from.
    /// @dev As `challengeVersion`; reverts when the oracle knows no result of the request. A result that was upheld to
    /// be bad is settled, whichever token it was said to come from. Requests are not stored, so nothing here shows that
    /// the result came from the token: the evidence must, or the bond is lost. A token that was burned cannot be
    /// locked, so its results cannot be challenged any more: of those, the owner of the registry can slash the signers.
    /// @param oracle The oracle that the result was delivered to.
    /// @param requestId The request's id there.
    function challengeResult(
        address oracle,
        uint64 requestId,
        address collection,
        uint256 tokenId,
        bytes32 evidenceDigest,
        uint128 bond
    ) external returns (uint256 challengeId);

    /// @notice Upholds a challenge: the version is retired, and another takes its place; providers are slashed; the
    /// challenger is owed the bond, and of the reward as much as was slashed; the token is let go.
    /// @dev Only the owner or the resolver, until the deadline. Of a frozen program nothing is retired, for nothing of
    /// it ever changes: the verdict stands in the events. A provider whom the registry does not slash now, because of
    /// too little stake, stays named: anybody may try again. Of the reward, only as much is owed as this call slashes,
    /// and the rest goes back into the pool: paid without a slash, it would make it pay to publish bad versions and to
    /// challenge them oneself. What is slashed later adds nothing. What is upheld is settled for ever. Reverts when the
    /// challenge is not open, when the same result was upheld meanwhile under another token, when the collection
    /// refuses the fallback (see {IAINFTDisputes}), when one is named where nothing is retired, and when a penalty is
    /// zero, named twice, or one of more than 32.
    /// @param fallbackVersion The version to run instead of an active one; zero for none: then the program is suspended
    /// until its controller publishes or activates another.
    /// @param reasonDigest Digest of the verdict. The registry is given the evidence of the challenge.
    /// @param penalties The providers to slash, signers of a config that is gone as well.
    function uphold(
        uint256 challengeId,
        uint32 fallbackVersion,
        bytes32 reasonDigest,
        Penalty[] calldata penalties
    ) external;

    /// @notice Rejects a challenge: the treasury is owed the bond, the reward goes back into the pool, the token is let
    /// go, and the same thing rests.
    /// @dev Only the owner or the resolver, until the deadline. Reverts when the challenge is not open.
    /// @param reasonDigest Digest of the verdict.
    function reject(uint256 challengeId, bytes32 reasonDigest) external;

    /// @notice Closes a challenge that nobody judged: the challenger is owed the bond, the reward goes back into the
    /// pool, the token is let go, and the same thing rests.
    /// @dev Anybody, after the deadline. Reverts when the challenge is not open.
    function expire(uint256 challengeId) external;

    /// @notice Unlocks a token of which no challenge is open.
    /// @dev Anybody. Reverts while the token is challenged, and as the collection does: when it is not locked, too.
    function releaseToken(address collection, uint256 tokenId) external;

    /// @notice Slashes a provider whom a verdict named and the registry refused to slash.
    /// @dev Anybody, and nobody gains by it. Reverts when nothing of the kind is left to be done, and as the registry
    /// does.
    function retryPenalty(uint256 challengeId, address provider) external;

    /// @notice Changes the terms of challenges that are opened from now on.
    /// @dev Only the owner. Reverts without a minimum bond. Whatever the reward, a challenger gains at most what the
    /// verdict slashes.
    function setTerms(ChallengeTerms calldata newTerms) external;

    /// @notice Lets another account judge beside the owner; zero for none.
    /// @dev Only the owner.
    function setResolver(address newResolver) external;

    /// @notice Pays into the pool that rewards come from.
    /// @dev Anybody who approved the amount, in the asset's smallest unit.
    function fundPool(uint256 amount) external;

    /// @notice Takes from the pool what is not set aside for open challenges; the treasury is owed it.
    /// @dev Only the owner. Reverts when less is free.
    function reclaimPool(uint256 amount) external;

    /// @notice A challenge as it stands; its state is NONE when there is none of this id.
    function challengeOf(uint256 challengeId) external view returns (Challenge memory);

    /// @notice The open challenge of a token; zero when there is none.
    function openChallengeOf(address collection, uint256 tokenId) external view returns (uint256 challengeId);

    /// @notice Number of challenges ever opened; also the newest id.
    function challengeCount() external view returns (uint256);

    /// @notice What is left to be taken from a provider by a verdict; zero when it was done, or never said.
    function penaltyOf(uint256 challengeId, address provider) external view returns (uint256 amount);

    /// @notice Unix seconds of the last second in which a version rests; zero when it never did.
    function versionRestsUntil(address collection, uint256 tokenId, uint32 version) external view returns (uint256);

    /// @notice Unix seconds of the last second in which the results of a token rest; zero when they never did.
    function resultsRestUntil(address collection, uint256 tokenId) external view returns (uint256);

    /// @notice The challenge by which a version was upheld to be bad; zero when none was.
    function versionUpheldBy(
        address collection,
        uint256 tokenId,
        uint32 version
    ) external view returns (uint256 challengeId);

    /// @notice The challenge by which a result was upheld to be bad; zero when none was.
    function resultUpheldBy(address oracle, uint64 requestId) external view returns (uint256 challengeId);

    /// @notice The evidence that the registry is told: of this challenge alone, so that nobody uses another's up.
    function penaltyEvidence(uint256 challengeId) external view returns (bytes32);

    /// @notice The terms of challenges that are opened now.
    function terms() external view returns (ChallengeTerms memory);

    /// @notice Who may judge beside the owner; zero for nobody.
    function resolver() external view returns (address);

    /// @notice The registry of stakes that slashes.
    function slasher() external view returns (address);

    /// @notice Seconds in which an open challenge may be judged.
    function period() external view returns (uint48);

    /// @notice Seconds in which what was challenged without success may not be challenged again.
    function rest() external view returns (uint48);

    /// @notice What is free in the pool of rewards, in the asset's smallest unit.
    function pool() external view returns (uint256);

    /// @notice What is held for open challenges: their bonds, and the rewards set aside. Together with the pool and
    /// what is owed, it is all that ever came in and did not go out.
    function held() external view returns (uint256);

    /// @notice Most providers that one verdict may name.
    function MAX_PENALTIES() external view returns (uint256);
}
