// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {AINFT721} from "../AINFT721.sol";

/// @notice What the code of ERC-721 collections could be after an upgrade: as before, and one function more.
contract AINFT721SecondMock is AINFT721 {
    constructor(address extension) AINFT721(extension) {}

    /// @notice Which code a collection runs.
    function codeRevision() external pure returns (uint256) {
        return 2;
    }
}
