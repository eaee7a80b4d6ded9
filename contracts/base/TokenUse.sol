// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IAINFTEvents} from "../interfaces/IAINFTEvents.sol";
import {IERC4907} from "../interfaces/IERC4907.sol";

/// @title Who uses an ERC-721 token for a time, and whether a dispute locks it
/// @dev One slot, because every transfer needs both answers.
abstract contract TokenUse {
    struct Use {
        address user;
        uint64 expires;
        bool locked;
    }

    /// @custom:storage-location erc7201:ainft.storage.TokenUse
    struct TokenUseStorage {
        mapping(uint256 tokenId => Use) uses;
    }

    // keccak256(abi.encode(uint256(keccak256("ainft.storage.TokenUse")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant TOKEN_USE_STORAGE = 0xa3d90e743e648fe22fc2310cb61558d7b15cdeeac2801c1d5dd1ce2beb5e3c00;

    /// @dev A token that changes hands is not locked, and nobody goes on using it.
    function _endUse(uint256 tokenId) internal {
        Use storage use = _use(tokenId);
        if (use.locked) revert IAINFTEvents.AINFTLocked(tokenId);
        if (use.user != address(0)) {
            delete _tokenUse().uses[tokenId];
            emit IERC4907.UpdateUser(tokenId, address(0), 0);
        }
    }

    function _use(uint256 tokenId) internal view returns (Use storage) {
        return _tokenUse().uses[tokenId];
    }

    function _tokenUse() private pure returns (TokenUseStorage storage $) {
        assembly ("memory-safe") {
            $.slot := TOKEN_USE_STORAGE
        }
    }
}
