// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @notice Pretends to be a token whose issuer can shut accounts out.
contract BlacklistTokenMock is ERC20("Policed", "POL") {
    error BlacklistTokenMockRefused(address account);

    mapping(address account => bool) private _blacklisted;

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function blacklist(address account) external {
        _blacklisted[account] = true;
    }

    function _update(address from, address to, uint256 amount) internal override {
        if (_blacklisted[to]) revert BlacklistTokenMockRefused(to);
        super._update(from, to, amount);
    }
}
