// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Create3} from "@openzeppelin/contracts/utils/Create3.sol";

/// @title Reporter configs kept as the code of small contracts
/// @notice One cold code read costs less than one storage slot a signer. The layout is STOP, threshold, number of
/// reporters, then 20 bytes a reporter. The address follows from the config's number (CREATE3), so it needs no slot.
library ReporterSet {
    uint256 internal constant MAX_REPORTERS = 32;
    /// STOP, threshold and count, then 32 reporters of 20 bytes.
    uint256 private constant LONGEST = 643;

    /// @dev Writes a config. The caller has validated threshold and reporters.
    function store(uint32 configVersion, address[] calldata reporters, uint8 threshold_) internal {
        bytes memory data = abi.encodePacked(uint8(0), threshold_, uint8(reporters.length));
        for (uint256 i = 0; i < reporters.length; ++i) {
            data = bytes.concat(data, bytes20(reporters[i]));
        }
        // Init code of 10 bytes: PUSH2 length, DUP1, PUSH1 10, PUSH0, CODECOPY, PUSH0, RETURN. It returns the data.
        Create3.deploy(
            0,
            _salt(configVersion),
            abi.encodePacked(hex"61", uint16(data.length), hex"80600a5f395ff3", data)
        );
    }

    /// @dev Reads a config into memory. A config that was never stored reads as zeros: threshold 0, no reporter.
    function load(uint32 configVersion) internal view returns (bytes memory blob) {
        address location = Create3.computeAddress(_salt(configVersion));
        assembly ("memory-safe") {
            blob := mload(0x40)
            mstore(blob, LONGEST)
            // Past the end of the code the copy is zeros, so no old memory shows through.
            extcodecopy(location, add(blob, 0x20), 0, LONGEST)
            mstore(0x40, add(blob, 0x2c0)) // length word and 643 bytes, rounded up to words
        }
    }

    function threshold(bytes memory blob) internal pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := byte(1, mload(add(blob, 0x20)))
        }
    }

    function count(bytes memory blob) internal pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := byte(2, mload(add(blob, 0x20)))
        }
    }

    /// @dev Reporter at an index below `count`; the caller checks the bound.
    function reporterAt(bytes memory blob, uint256 index) internal pure returns (address reporter) {
        assembly ("memory-safe") {
            // 20 bytes at offset 3 + 20 * index; reading a whole word stays inside the blob's 643 bytes or its padding.
            reporter := shr(96, mload(add(add(blob, 0x23), mul(index, 20))))
        }
    }

    function _salt(uint32 configVersion) private pure returns (bytes32) {
        return bytes32(uint256(configVersion));
    }
}
