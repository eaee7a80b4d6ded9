// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC7913SignatureVerifier} from "@openzeppelin/contracts/interfaces/IERC7913.sol";

/// @notice Pretends to know a kind of key whose signature of a hash is the keccak-256 of key and hash, and may
/// misbehave.
contract KeyVerifierMock is IERC7913SignatureVerifier {
    enum Manner {
        HONEST,
        GARBAGE,
        SHORT_ANSWER,
        REVERTING,
        BURNING_GAS
    }

    Manner private _manner;

    function behave(Manner manner) external {
        _manner = manner;
    }

    function verify(bytes calldata key, bytes32 hash, bytes calldata signature) external view returns (bytes4) {
        if (_manner == Manner.GARBAGE) _answer(32, type(uint256).max);
        if (_manner == Manner.SHORT_ANSWER) _answer(4, uint256(bytes32(IERC7913SignatureVerifier.verify.selector)));
        if (_manner == Manner.REVERTING) revert("no verdict");
        if (_manner == Manner.BURNING_GAS) {
            assembly ("memory-safe") {
                invalid()
            }
        }
        bool valid = keccak256(signature) == keccak256(abi.encode(keccak256(abi.encode(key, hash))));
        return valid ? IERC7913SignatureVerifier.verify.selector : bytes4(0xffffffff);
    }

    function _answer(uint256 size, uint256 word) private pure {
        assembly ("memory-safe") {
            mstore(0x00, word)
            return(0x00, size)
        }
    }
}
