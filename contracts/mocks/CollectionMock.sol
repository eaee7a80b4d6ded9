// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {StateUpdate} from "../types/StateUpdate.sol";

/// @notice Pretends to be a collection whose answers its author chooses, and who calls the oracle back while it is
/// asked.
contract CollectionMock {
    error CollectionMockRefused(uint256 tokenId);

    address private _oracle;
    bytes private _callback;
    bool private _refuses;

    function setOracle(address newOracle) external {
        _oracle = newOracle;
    }

    /// @notice Sends these bytes to the oracle once, from inside the next update.
    function setCallback(bytes calldata callback) external {
        _callback = callback;
    }

    function refuse() external {
        _refuses = true;
    }

    function oracle() external view returns (address) {
        return _oracle;
    }

    function activeVersion(uint256 tokenId) external view returns (uint32, bytes32) {
        if (_refuses) revert CollectionMockRefused(tokenId);
        return (7, keccak256(abi.encode(tokenId)));
    }

    function applySignedState(StateUpdate calldata update) external {
        if (_refuses) revert CollectionMockRefused(update.tokenId);
        bytes memory callback = _callback;
        if (callback.length == 0) return;
        delete _callback;
        (bool ok, bytes memory answer) = _oracle.call(callback);
        if (!ok) {
            assembly ("memory-safe") {
                revert(add(answer, 0x20), mload(answer))
            }
        }
    }

    function mayAsk(uint256, address) external pure returns (bool) {
        return true;
    }
}
