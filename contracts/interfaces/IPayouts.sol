// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title Holds one asset for many, and pays by pull
/// @notice What somebody is owed is written down first, and paid when anybody asks for it: nobody's payment depends on
/// anybody else's.
/// @dev The asset is an ERC-20 that delivers exactly what is sent: one that takes a fee is refused whenever it comes in.
/// Warning: what is sent here without a call belongs to nobody, and stays.
/// Warning: an asset whose balances shrink by themselves pays until it is used up; who comes last gets nothing.
interface IPayouts {
    /// @notice Thrown when the asset would be an address without code.
    error PayoutsNoAsset(address account);

    /// @notice Thrown when the treasury would be zero.
    error PayoutsNoTreasury();

    /// @notice Thrown when a payment did not deliver what it promised.
    /// @param expected The balance there should be, in the asset's smallest unit.
    /// @param actual The balance there is.
    error PayoutsWrongBalance(uint256 expected, uint256 actual);

    /// @notice Thrown when an account is owed nothing.
    error PayoutsNothingOwed(address account);

    /// @notice Emitted when an account is owed more.
    /// @param amount How much more, in the asset's smallest unit.
    event Owed(address indexed account, uint256 amount);

    /// @notice Emitted when an account is paid what it was owed.
    event Paid(address indexed account, uint256 amount);

    /// @notice Pays an account all that it is owed.
    /// @dev Anybody: the money goes to the account, whoever calls. Reverts when nothing is owed, and when the asset or
    /// the account refuses the payment. What a malicious account could do: refuse its own payment.
    /// @return amount What was sent, in the asset's smallest unit.
    function withdraw(address account) external returns (uint256 amount);

    /// @notice What an account could be paid now, in the asset's smallest unit.
    function owedTo(address account) external view returns (uint256);

    /// @notice What all accounts together could be paid now.
    function totalOwed() external view returns (uint256);

    /// @notice The ERC-20 that is held.
    function asset() external view returns (address);

    /// @notice Who is owed what others lose: the DAO's timelock. It never changes.
    function treasury() external view returns (address);
}
