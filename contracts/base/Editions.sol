// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title The curator of every id of an ERC-1155 collection, and how many editions it has
abstract contract Editions {
    /// @dev A mint needs the counters, a change of the program the curator.
    struct Edition {
        address curator;
        address offeredTo;
        uint80 minted;
        uint80 burned;
        uint80 limit;
    }

    /// @custom:storage-location erc7201:ainft.storage.Editions
    struct EditionsStorage {
        string name;
        string symbol;
        mapping(uint256 id => Edition) editions;
    }

    // keccak256(abi.encode(uint256(keccak256("ainft.storage.Editions")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant EDITIONS_STORAGE = 0xeb70cf319b17d3f8ef0b3e8f0711ba7c31216f366a62137ae58feb10e90cdc00;

    function _edition(uint256 id) internal view returns (Edition storage) {
        return _editions().editions[id];
    }

    function _editions() internal pure returns (EditionsStorage storage $) {
        assembly ("memory-safe") {
            $.slot := EDITIONS_STORAGE
        }
    }
}
