// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IAINFTCollection} from "../interfaces/IAINFTCollection.sol";

/// @title How many tokens there were, and whether more may come
/// @dev One slot, because every mint needs both answers.
abstract contract Minting {
    /// @custom:storage-location erc7201:ainft.storage.Minting
    struct MintingStorage {
        uint64 totalMinted;
        bool paused;
    }

    // keccak256(abi.encode(uint256(keccak256("ainft.storage.Minting")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant MINTING_STORAGE = 0xebf335adc6d578783fe437e5014f85c53e38fecb6fd2123ad862e93e2b0c6200;

    /// @dev Takes the next `count` ids; gives the first of them. Ids count from 1 and are never given back.
    function _takeIds(uint256 count) internal returns (uint256 firstId) {
        MintingStorage storage $ = _minting();
        if ($.paused) revert IAINFTCollection.AINFTMintingPaused();
        firstId = uint256($.totalMinted) + 1;
        $.totalMinted = uint64(firstId + count - 1); // 2 ** 64 mints are more gas than a chain has
    }

    /// @dev Reverts while minting is paused.
    function _checkMintingOpen() internal view {
        if (_minting().paused) revert IAINFTCollection.AINFTMintingPaused();
    }

    function _minting() internal pure returns (MintingStorage storage $) {
        assembly ("memory-safe") {
            $.slot := MINTING_STORAGE
        }
    }
}
