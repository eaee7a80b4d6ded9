// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @notice Pretends to be a token that makes calls of its own during a transfer, before any balance moves.
contract ReentrantTokenMock is ERC20("Restless", "RST") {
    bytes[] private _calls;

    /// @notice What the sender answered to each call, by which a test sees that the call was made.
    bytes[] public answers;

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    /// @notice Sends these calls back to the sender of the next transfer.
    function callBack(bytes[] calldata calls) external {
        _calls = calls;
    }

    function _update(address from, address to, uint256 amount) internal override {
        bytes[] memory calls = _calls;
        delete _calls;
        for (uint256 i = 0; i < calls.length; ++i) {
            (, bytes memory answer) = from.call(calls[i]);
            answers.push(answer);
        }
        super._update(from, to, amount);
    }
}
