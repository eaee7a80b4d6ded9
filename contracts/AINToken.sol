// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Ownable, Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {IERC6372} from "@openzeppelin/contracts/interfaces/IERC6372.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Capped} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Capped.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {ERC20Votes} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Votes.sol";
import {Nonces} from "@openzeppelin/contracts/utils/Nonces.sol";
import {Time} from "@openzeppelin/contracts/utils/types/Time.sol";
import {IAINToken} from "./interfaces/IAINToken.sol";

/// @title AIN: the money of the AI Network, and the votes of its DAO
contract AINToken is IAINToken, ERC20Capped, ERC20Permit, ERC20Votes, Ownable2Step {
    /// @inheritdoc IAINToken
    uint256 public constant MAX_BATCH = 256;

    /// @param owner Who may mint: the DAO's timelock.
    /// @param maximum Cap of the supply, in the smallest unit; above 2 ** 208 - 1, votes could not be counted.
    /// @param holder Who gets the first AIN, and with it the first votes.
    /// @param amount How much that is, in the smallest unit.
    constructor(
        address owner,
        uint256 maximum,
        address holder,
        uint256 amount
    ) ERC20("AI Network", "AIN") ERC20Capped(maximum) ERC20Permit("AI Network") Ownable(owner) {
        _mint(holder, amount);
    }

    /// @inheritdoc IAINToken
    function mint(address account, uint256 amount) external onlyOwner {
        _mint(account, amount);
    }

    /// @inheritdoc IAINToken
    function transferBatch(address[] calldata accounts, uint256[] calldata amounts) external {
        uint256 count = accounts.length;
        bool bounded = count != 0 && count <= MAX_BATCH;
        if (!bounded || count != amounts.length) revert AINTokenBadBatch(count, amounts.length, MAX_BATCH);
        for (uint256 i = 0; i < count; ++i) _transfer(msg.sender, accounts[i], amounts[i]);
    }

    /// @inheritdoc IERC6372
    function clock() public view override returns (uint48) {
        return Time.timestamp();
    }

    /// @inheritdoc IERC6372
    // The name is given: by the standard, or by the base.
    // solhint-disable-next-line func-name-mixedcase
    function CLOCK_MODE() public pure override returns (string memory) {
        return "mode=timestamp";
    }

    /// @notice How many permits and signed delegations of an account were used; both count together.
    function nonces(address account) public view override(ERC20Permit, Nonces) returns (uint256) {
        return super.nonces(account);
    }

    function _update(address from, address to, uint256 amount) internal override(ERC20, ERC20Capped, ERC20Votes) {
        super._update(from, to, amount);
    }
}
