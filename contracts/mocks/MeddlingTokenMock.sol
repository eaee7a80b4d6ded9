// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @notice Pretends to be an ERC-20 that calls somebody else from inside its next transfers.
contract MeddlingTokenMock is ERC20("Meddling", "MDL") {
    address private _target;
    bytes[] private _calls;

    /// @notice What was answered to each call, by which a test sees that the call was made.
    bytes[] public answers;

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function meddle(address target, bytes[] calldata calls) external {
        _target = target;
        _calls = calls;
    }

    function _update(address from, address to, uint256 amount) internal override {
        if (from != address(0)) {
            for (uint256 i = 0; i < _calls.length; ++i) {
                (, bytes memory answer) = _target.call(_calls[i]);
                answers.push(answer);
            }
        }
        super._update(from, to, amount);
    }
}
