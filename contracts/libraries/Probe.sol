// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IRequestDesk} from "../interfaces/IRequestDesk.sol";

/// @title Asks a stranger's contract for an address, and is not hurt by what it answers
/// @notice Exactly `GAS` for each question, so that whoever pays for the transaction cannot starve one, and one word of the
/// answer, however long it is.
library Probe {
    uint256 internal constant GAS = 100_000;

    /// @dev Zero when the contract reverts, burns its gas, or answers with less than a word or no address.
    function addressFrom(address target, bytes memory question) internal view returns (address) {
        // A call gets at most 63/64 of what is left, after what it costs to reach a cold account.
        uint256 needed = GAS + GAS / 63 + 5_000;
        if (gasleft() < needed) revert IRequestDesk.RequestDeskTooLittleGas(needed, gasleft());
        uint256 word = 0;
        assembly ("memory-safe") {
            let success := staticcall(GAS, target, add(question, 0x20), mload(question), 0x00, 0x20)
            if and(success, gt(returndatasize(), 0x1f)) {
                word := mload(0x00)
            }
        }
        // The cast keeps all there is: longer words are no address.
        return word >> 160 == 0 ? address(uint160(word)) : address(0);
    }
}
