// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC1155Receiver} from "@openzeppelin/contracts/token/ERC1155/IERC1155Receiver.sol";
import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";

/// @notice Pretends to be a contract that holds editions: while it receives some, it makes calls of its own and keeps
/// what they answered, and then accepts or misbehaves.
contract ERC1155ReceiverMock is IERC1155Receiver {
    enum Manner {
        ACCEPTING,
        WRONG_ANSWER,
        SHORT_ANSWER,
        REVERTING,
        BURNING_GAS
    }

    Manner private _manner;
    address private _target;
    bytes[] private _calls;
    bytes[] private _answers;

    function behave(Manner manner) external {
        _manner = manner;
    }

    /// @notice Makes these calls at the next receipt only; a call that fails makes the receipt fail.
    function onNextReceipt(address target, bytes[] calldata calls) external {
        _target = target;
        _calls = calls;
    }

    function onERC1155Received(address, address, uint256, uint256, bytes calldata) external returns (bytes4) {
        _callBack();
        return _answer(IERC1155Receiver.onERC1155Received.selector);
    }

    function onERC1155BatchReceived(
        address,
        address,
        uint256[] calldata,
        uint256[] calldata,
        bytes calldata
    ) external returns (bytes4) {
        _callBack();
        return _answer(IERC1155Receiver.onERC1155BatchReceived.selector);
    }

    function answers() external view returns (bytes[] memory) {
        return _answers;
    }

    function supportsInterface(bytes4 interfaceId) external pure returns (bool) {
        return interfaceId == type(IERC1155Receiver).interfaceId || interfaceId == type(IERC165).interfaceId;
    }

    function _callBack() private {
        bytes[] memory calls = _calls;
        delete _calls;
        for (uint256 i = 0; i < calls.length; ++i) {
            (bool ok, bytes memory answer) = _target.call(calls[i]);
            if (!ok) {
                assembly ("memory-safe") {
                    revert(add(answer, 0x20), mload(answer))
                }
            }
            _answers.push(answer);
        }
    }

    function _answer(bytes4 honest) private view returns (bytes4) {
        if (_manner == Manner.WRONG_ANSWER) return 0xffffffff;
        if (_manner == Manner.REVERTING) revert("no editions here");
        if (_manner == Manner.SHORT_ANSWER) {
            assembly ("memory-safe") {
                mstore(0x00, honest)
                return(0x00, 0x04)
            }
        }
        if (_manner == Manner.BURNING_GAS) {
            assembly ("memory-safe") {
                invalid()
            }
        }
        return honest;
    }
}
