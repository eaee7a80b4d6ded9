// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";

/// @title The EIP-712 domain of collections and binders: EIP712("AINFT", "1")
/// @dev OpenZeppelin's EIP712 answers `eip712Domain` and would hash the same, but a clone never has the address that it
/// caches the domain for, and then it hashes name and version anew.
library CollectionDomain {
    bytes32 private constant DOMAIN_TYPEHASH = keccak256(
        "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
    );
    bytes32 private constant NAME_HASH = keccak256("AINFT");
    bytes32 private constant VERSION_HASH = keccak256("1");

    /// @dev What an account signs for a struct of this hash.
    function typedDataHash(bytes32 structHash) internal view returns (bytes32) {
        bytes32 separator = keccak256(
            abi.encode(DOMAIN_TYPEHASH, NAME_HASH, VERSION_HASH, block.chainid, address(this))
        );
        return MessageHashUtils.toTypedDataHash(separator, structHash);
    }
}
