// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ERC8004RegistryMock} from "./ERC8004RegistryMock.sol";

/// @notice Pretends to be an ERC-8004 registry that turns on whoever registers: it calls them back before or after it
/// hands the agent over, hands nothing over, or answers another id.
contract ERC8004HostileRegistryMock is ERC8004RegistryMock {
    enum Manner {
        HONEST,
        CALLS_BEFORE,
        CALLS_AFTER,
        HANDS_NOTHING_OVER,
        ANSWERS_ANOTHER_ID,
        HANDS_OVER_TWICE
    }

    /// @notice What the callback was answered, or why it was refused.
    event CalledBack(bool ok, bytes answer);

    Manner private _manner;
    bytes private _call;

    function behave(Manner manner, bytes calldata call_) external {
        _manner = manner;
        _call = call_;
    }

    /// @notice Calls somebody in the registry's own name, at any time.
    function callOut(address target, bytes calldata data) external {
        _callBack(target, data);
    }

    function _handOver(address to, uint256 agentId) internal override {
        if (_manner == Manner.CALLS_BEFORE) _callBack(to, _call);
        if (_manner == Manner.HANDS_NOTHING_OVER) {
            _mint(to, agentId);
        } else {
            super._handOver(to, agentId);
        }
        if (_manner == Manner.CALLS_AFTER) _callBack(to, _call);
        if (_manner == Manner.HANDS_OVER_TWICE) super._handOver(to, agentId + 1);
    }

    function _answer(uint256 agentId) internal view override returns (uint256) {
        return _manner == Manner.ANSWERS_ANOTHER_ID ? agentId + 1 : agentId;
    }

    function _callBack(address target, bytes memory data) private {
        (bool ok, bytes memory answer) = target.call(data);
        emit CalledBack(ok, answer);
    }
}
