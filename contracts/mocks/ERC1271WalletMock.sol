// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

/// @notice Pretends to be a contract wallet of one owner, which may misbehave when asked about a signature.
contract ERC1271WalletMock is IERC1271 {
    enum Manner {
        HONEST,
        ALWAYS_YES,
        WRONG_MAGIC,
        SHORT_ANSWER,
        REVERTING,
        BURNING_GAS
    }

    address private immutable _owner;
    Manner private _manner;

    constructor(address owner) {
        _owner = owner;
    }

    function behave(Manner manner) external {
        _manner = manner;
    }

    function isValidSignature(bytes32 hash, bytes calldata signature) external view returns (bytes4) {
        if (_manner == Manner.ALWAYS_YES) return IERC1271.isValidSignature.selector;
        if (_manner == Manner.WRONG_MAGIC) return 0xffffffff;
        if (_manner == Manner.SHORT_ANSWER) _answerShort();
        if (_manner == Manner.REVERTING) revert("no answer");
        if (_manner == Manner.BURNING_GAS) _burn();
        (address signer, ECDSA.RecoverError problem, ) = ECDSA.tryRecoverCalldata(hash, signature);
        bool valid = problem == ECDSA.RecoverError.NoError && signer == _owner;
        return valid ? IERC1271.isValidSignature.selector : bytes4(0xffffffff);
    }

    function _answerShort() private pure {
        assembly ("memory-safe") {
            mstore(0x00, shl(224, 0x1626ba7e))
            return(0x00, 0x04)
        }
    }

    function _burn() private pure {
        assembly ("memory-safe") {
            invalid()
        }
    }
}
