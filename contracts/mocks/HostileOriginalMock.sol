// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @dev A collection that answers every question as it was told to, however wrong that is.
contract HostileOriginalMock {
    bytes private _answer;
    bool private _reverts;

    function tell(bytes calldata answer, bool reverts) external {
        _answer = answer;
        _reverts = reverts;
    }

    fallback(bytes calldata) external returns (bytes memory) {
        bytes memory answer = _answer;
        if (_reverts) {
            assembly ("memory-safe") {
                revert(add(answer, 0x20), mload(answer))
            }
        }
        return answer;
    }
}
