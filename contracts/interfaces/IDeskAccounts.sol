// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title What the desk owes, and to whom
/// @notice The part of {IRequestDesk} about money that has left its order. All of it is paid by pull. A currency is an
/// ERC-20 contract, or zero for ETH. For every currency, what the desk holds for others is the fees of the orders that
/// are open, the accounts, and what the pools have earned less what was collected from them; it never pays out more.
/// @dev Warning: ETH that is forced on the desk, and tokens that are sent to it, belong to nobody and stay there.
/// Warning: a currency whose balances shrink by themselves is paid as far as it goes; whoever comes first is paid in
/// full.
interface IDeskAccounts {
    /// @notice Thrown when nothing is owed.
    error RequestDeskNothingOwed(address currency, address account);

    /// @notice Thrown when a config has no reporter with that index.
    error RequestDeskUnknownReporter(uint32 configVersion, uint256 index, uint256 reporters);

    /// @notice Emitted when an account is credited its part of a fee, or a fee that is given back.
    event AccountCredited(uint64 indexed requestId, address indexed currency, address indexed account, uint256 amount);

    /// @notice Emitted when the reporters of a config together earn their part of a fee.
    event PoolCredited(
        uint64 indexed requestId,
        address indexed currency,
        uint32 indexed configVersion,
        uint256 amount
    );

    /// @notice Emitted when a reporter's part of a pool is moved to their account.
    event PoolCollected(
        address indexed currency,
        uint32 indexed configVersion,
        address indexed reporter,
        uint256 amount
    );

    /// @notice Emitted when an account is paid.
    event Withdrawn(address indexed currency, address indexed account, address indexed to, uint256 amount);

    /// @notice Pays out all that the caller is owed.
    /// @dev Reverts when nothing is owed, or when the currency or the recipient refuses the payment, which blocks
    /// nobody else's.
    /// @param to Who gets the money.
    /// @return amount What was sent.
    function withdraw(address currency, address to) external returns (uint256 amount);

    /// @notice Pays an account all that it is owed.
    /// @dev Anybody: the money goes to the account, as to a split, which cannot ask for it. Reverts as `withdraw` does.
    /// Warning: a contract that cannot pass on what it is sent should withdraw to somebody who can before others pay
    /// it.
    /// @return amount What was sent.
    function withdrawFor(address currency, address account) external returns (uint256 amount);

    /// @notice Moves a reporter's equal part of all that a config's pool has earned so far to the reporter's account.
    /// @dev Anybody. What equal parts leave over stays in the pool, and counts again when more is earned. Reverts when
    /// the config never existed or has no such reporter, or when nothing is due.
    /// @param index Place of the reporter in the config, from 0.
    /// @return amount What was moved.
    function collect(uint32 configVersion, address currency, uint256 index) external returns (uint256 amount);

    /// @notice What an account can withdraw.
    function owedTo(address currency, address account) external view returns (uint256);

    /// @notice All that the desk holds for others: open orders, accounts and pools together.
    function held(address currency) external view returns (uint256);

    /// @notice All that the reporters of a config have earned together so far, collected or not.
    function earnedBy(uint32 configVersion, address currency) external view returns (uint256);

    /// @notice What a reporter has collected from a config's pool so far.
    function collectedBy(uint32 configVersion, address currency, uint256 index) external view returns (uint256);
}
