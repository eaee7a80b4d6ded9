// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice Pretends that somebody put a proxy before a contract: it runs that contract's code on storage of its own.
contract DelegateProxyMock {
    address private immutable _implementation;

    constructor(address implementation) {
        _implementation = implementation;
    }

    fallback() external {
        address implementation = _implementation;
        assembly {
            calldatacopy(0, 0, calldatasize())
            let ok := delegatecall(gas(), implementation, 0, calldatasize(), 0, 0)
            returndatacopy(0, 0, returndatasize())
            switch ok
            case 0 {
                revert(0, returndatasize())
            }
            default {
                return(0, returndatasize())
            }
        }
    }
}
