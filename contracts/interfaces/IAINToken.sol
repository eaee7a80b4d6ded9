// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title AIN: the money of the AI Network, and the votes of its DAO
/// @notice ERC-20 with a cap that never moves, permits (ERC-2612) and votes by the second (ERC-5805, ERC-6372 in
/// timestamp mode). It cannot be paused, upgraded, frozen or taken back, and no transfer costs a fee.
/// @dev Unlike a collective's tokens, AIN votes only once its holder delegated, to themselves or to somebody: pools,
/// escrows and exchanges hold much of an ERC-20 and never vote, and every transfer between accounts that take part in
/// votes writes two histories more. A quorum is a part of the whole supply, delegated or not.
/// The owner is the DAO's timelock. What a malicious owner can do: mint up to the cap, to anybody. What it cannot do:
/// mint more, move or burn what others hold, stop a transfer, touch a delegation.
interface IAINToken {
    /// @notice Thrown when a batch is empty, longer than allowed, or its two lists differ in length.
    error AINTokenBadBatch(uint256 accounts, uint256 amounts, uint256 maximum);

    /// @notice Creates AIN.
    /// @dev Only the owner. Reverts when the cap would be passed and when the account is zero.
    /// @param account Who gets it.
    /// @param amount In the smallest unit, 1e-18 AIN.
    function mint(address account, uint256 amount) external;

    /// @notice Sends AIN to several accounts; all of them get theirs, or nobody does.
    /// @dev Anybody, from what they hold. Receivers are not called, so none of them can stop the others. Reverts when a
    /// list is empty, longer than `MAX_BATCH` or not as long as the other, when an account is zero, and when the caller
    /// holds less than the sum.
    /// @param accounts Who gets some; an account named twice gets both amounts.
    /// @param amounts What each gets, in the smallest unit, 1e-18 AIN.
    function transferBatch(address[] calldata accounts, uint256[] calldata amounts) external;

    /// @notice Most receivers of one batch.
    // A constant is named like one.
    // solhint-disable-next-line func-name-mixedcase
    function MAX_BATCH() external view returns (uint256);
}
