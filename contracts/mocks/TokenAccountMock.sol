// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ERC6551Account} from "erc6551/examples/simple/ERC6551Account.sol";

/// @notice The reference account of ERC-6551 as its package has it: stands for any implementation that a user picks.
// Only a name in our artifacts for what the package holds.
// solhint-disable-next-line no-empty-blocks
contract TokenAccountMock is ERC6551Account {}
