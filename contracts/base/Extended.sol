// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title Answers what a token contract does not answer itself through a fixed second contract
/// @dev A collection is more code than one contract may hold, and every function before a wanted one costs gas. What is
/// called often stands in the token contract; the rest stands in its extension and runs by delegatecall on the same
/// ERC-7201 storage. The extension's address is part of the token's code: it can no more be changed than that code.
abstract contract Extended {
    /// @notice Thrown when a token contract would be built on an extension without code.
    error ExtendedNoExtension(address extension);

    address private immutable _extension;

    constructor(address extension) {
        if (extension.code.length == 0) revert ExtendedNoExtension(extension);
        _extension = extension;
    }

    /// @dev OpenZeppelin's Proxy does the same, but takes ether, which no function of a collection wants.
    // Handing everything on is what it is for.
    // solhint-disable-next-line no-complex-fallback
    fallback() external {
        address extension = _extension;
        assembly ("memory-safe") {
            let pointer := mload(0x40)
            calldatacopy(pointer, 0, calldatasize())
            let success := delegatecall(gas(), extension, pointer, calldatasize(), 0, 0)
            returndatacopy(pointer, 0, returndatasize())
            if iszero(success) {
                revert(pointer, returndatasize())
            }
            return(pointer, returndatasize())
        }
    }
}
