// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";

/// @title Whether somebody signed a digest: a key, a wallet contract, or an ERC-7913 key
/// @notice An ERC-7913 key (verifier and key bytes) has no account, so it is named by an address made from its hash.
library Consent {
    /// Keeps names of keys apart from every other use of keccak-256 as an address.
    bytes32 private constant KEY_DOMAIN = keccak256("AINFT ERC-7913 key");

    /// @dev Shortest key that is more than an address: 20 bytes of verifier and one of key.
    uint256 private constant SHORTEST_KEY = 21;

    /// @dev Never reverts on a bad signature. Forms of `signature`: 65 bytes or 64 bytes (EIP-2098) of a key; what the
    /// contributor's ERC-1271 contract expects; or the length of an ERC-7913 key in two bytes, the key, its signature.
    function isValid(address signer, bytes32 digest, bytes calldata signature) internal view returns (bool) {
        // ECDSA first: an account with delegated code (EIP-7702) can still sign with its key.
        // A failed recovery gives zero, which no contributor is.
        if (_recover(digest, signature) == signer) return true;
        if (signer.code.length != 0) {
            return SignatureChecker.isValidERC1271SignatureNowCalldata(signer, digest, signature);
        }
        return _isValidKey(signer, digest, signature);
    }

    /// @dev The address that stands for an ERC-7913 key where a contributor is named.
    function nameOfKey(bytes memory key) internal pure returns (address) {
        return address(uint160(uint256(keccak256(abi.encode(KEY_DOMAIN, key)))));
    }

    function _isValidKey(address signer, bytes32 digest, bytes calldata signature) private view returns (bool) {
        if (signature.length < 2) return false;
        uint256 end = 2 + uint256(uint16(bytes2(signature[:2])));
        if (end < 2 + SHORTEST_KEY || end > signature.length) return false;
        bytes memory key = signature[2:end];
        return nameOfKey(key) == signer && SignatureChecker.isValidSignatureNow(key, digest, signature[end:]);
    }

    /// @dev Key behind a 65-byte or a compact 64-byte signature; zero when there is none.
    function _recover(bytes32 digest, bytes calldata signature) private pure returns (address recovered) {
        if (signature.length == 64) {
            (recovered, , ) = ECDSA.tryRecover(digest, bytes32(signature[:32]), bytes32(signature[32:]));
        } else {
            (recovered, , ) = ECDSA.tryRecoverCalldata(digest, signature);
        }
    }
}
