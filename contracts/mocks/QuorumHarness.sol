// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Quorum} from "../libraries/Quorum.sol";
import {ReporterSet} from "../libraries/ReporterSet.sol";

/// @notice Opens quorum checks to tests, against configs that the oracle would never store or never ask for.
contract QuorumHarness {
    using Quorum for bytes;
    using ReporterSet for bytes;

    /// @notice Checks an attestation against any stored or never stored config.
    function check(uint32 configVersion, bytes32 digest, bytes calldata attestation) external view {
        ReporterSet.load(configVersion).check(digest, attestation);
    }

    /// @notice Checks an attestation against a config given as bytes, padded to its full length.
    function checkBlob(bytes calldata blob, bytes32 digest, bytes calldata attestation) external view {
        bytes memory padded = new bytes(643);
        for (uint256 i = 0; i < blob.length; ++i) padded[i] = blob[i];
        padded.check(digest, attestation);
    }

    /// @notice Reads the header of an attestation.
    function header(bytes calldata attestation) external pure returns (uint32 configVersion, uint64 deadline) {
        return (attestation.configVersion(), attestation.deadline());
    }

    /// @notice Stores a config without any validation.
    function store(uint32 configVersion, address[] calldata reporters, uint8 threshold) external {
        ReporterSet.store(configVersion, reporters, threshold);
    }

    /// @notice Reads a config after memory was made dirty, so that a blob that shows old memory is seen.
    function load(
        uint32 configVersion
    ) external view returns (uint256 threshold, uint256 count, address[] memory reporters, bytes memory blob) {
        _dirtyMemory();
        blob = ReporterSet.load(configVersion);
        threshold = blob.threshold();
        count = blob.count();
        reporters = new address[](count);
        for (uint256 i = 0; i < count; ++i) reporters[i] = blob.reporterAt(i);
    }

    function _dirtyMemory() private pure {
        assembly ("memory-safe") {
            let free := mload(0x40)
            for {
                let offset := 0
            } lt(offset, 1024) {
                offset := add(offset, 0x20)
            } {
                mstore(add(free, offset), not(0))
            }
        }
    }
}
