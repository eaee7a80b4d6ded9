// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IStakeSlasher} from "../interfaces/IStakeSlasher.sol";

/// @notice Pretends to be the registry of stakes, which slashes as far as there is stake, and may call back meanwhile.
contract StakeSlasherMock is IStakeSlasher {
    error StakeSlasherMockTooLittle(address provider, uint256 stake, uint256 amount);

    event Slashed(address indexed provider, uint256 amount, bytes32 evidenceDigest);

    mapping(address provider => uint256) public stakeOf;

    /// @notice What the caller answered when it was called back.
    bytes public answer;

    bytes private _call;

    function setStake(address provider, uint256 stake) external {
        stakeOf[provider] = stake;
    }

    /// @notice Sends this call back to whoever slashes next.
    function callBack(bytes calldata call) external {
        _call = call;
    }

    function slash(address provider, uint96 amount, bytes32 evidenceDigest) external returns (uint256) {
        if (stakeOf[provider] < amount) revert StakeSlasherMockTooLittle(provider, stakeOf[provider], amount);
        stakeOf[provider] -= amount;
        emit Slashed(provider, amount, evidenceDigest);
        if (_call.length != 0) (, answer) = msg.sender.call(_call);
        return amount;
    }
}
