// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @notice Pretends to be a token that behaves as it was told: it takes a fee, answers no, lets nobody in, or calls
/// somebody during transfers. At first an ordinary one.
contract HostileTokenMock is ERC20("Hostile", "HST") {
    error HostileTokenMockRefused(address account);

    uint256 private _feeBps;
    bool private _refusing;
    address private _target;
    bytes[] private _calls;
    mapping(address account => bool) private _blacklisted;

    /// @notice What the target answered to each call, by which a test sees that the call was made.
    bytes[] public answers;

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    /// @notice Burns so many hundredths of a per cent of every transfer from now on.
    function takeFee(uint256 feeBps) external {
        _feeBps = feeBps;
    }

    /// @notice Answers false to every transfer from now on, and moves nothing.
    function refuse(bool refusing) external {
        _refusing = refusing;
    }

    function blacklist(address account, bool blacklisted) external {
        _blacklisted[account] = blacklisted;
    }

    /// @notice Makes these calls during the next transfer, before any balance moves.
    function callDuringTransfer(address target, bytes[] calldata calls) external {
        _target = target;
        _calls = calls;
    }

    function transfer(address to, uint256 amount) public override returns (bool) {
        return !_refusing && super.transfer(to, amount);
    }

    function transferFrom(address from, address to, uint256 amount) public override returns (bool) {
        return !_refusing && super.transferFrom(from, to, amount);
    }

    function _update(address from, address to, uint256 amount) internal override {
        if (_blacklisted[to]) revert HostileTokenMockRefused(to);
        bytes[] memory calls = _calls;
        delete _calls;
        for (uint256 i = 0; i < calls.length; ++i) {
            (, bytes memory answer) = _target.call(calls[i]);
            answers.push(answer);
        }
        super._update(from, to, amount);
        if (_feeBps != 0 && from != address(0) && to != address(0)) _burn(to, (amount * _feeBps) / 10_000);
    }
}
