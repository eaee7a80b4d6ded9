// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC721Receiver} from "@openzeppelin/contracts/token/ERC721/IERC721Receiver.sol";

/// @notice Pretends to be a contract that holds tokens and makes one call of its own while it receives one.
contract ReceiverMock is IERC721Receiver {
    address private _target;
    bytes private _call;

    function onReceipt(address target, bytes calldata call_) external {
        _target = target;
        _call = call_;
    }

    function onERC721Received(address, address, uint256, bytes calldata) external returns (bytes4) {
        if (_target != address(0)) {
            (bool ok, bytes memory answer) = _target.call(_call);
            if (!ok) {
                assembly ("memory-safe") {
                    revert(add(answer, 0x20), mload(answer))
                }
            }
        }
        return IERC721Receiver.onERC721Received.selector;
    }
}
