// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Quorum} from "../libraries/Quorum.sol";
import {ReporterSet} from "../libraries/ReporterSet.sol";

/// @notice Opens quorum checks to tests, against configs that the oracle would never store or never ask for.
contract QuorumHarness {
    using Quorum for bytes;
    using ReporterSet for bytes;

    mapping(uint32 configVersion => bytes23 setHash) private _sets;

    /// @notice Checks an attestation against any stored or never stored config.
    function check(uint32 configVersion, bytes32 digest, bytes calldata attestation) external view {
        if (Quorum.isMet(_sets[configVersion], digest, attestation)) return;
        ReporterSet.load(configVersion).explain(digest, attestation);
    }

    /// @notice Checks an attestation against the hash of a set alone, after memory was filled with a word.
    function isMet(
        bytes23 expected,
        bytes32 digest,
        bytes calldata attestation,
        uint256 oldMemory
    ) external view returns (bool) {
        _fillMemory(oldMemory);
        return Quorum.isMet(expected, digest, attestation);
    }

    /// @notice Explains an attestation by a config given as bytes, padded to its full length.
    function explain(bytes calldata blob, bytes32 digest, bytes calldata attestation) external pure {
        bytes memory padded = new bytes(643);
        for (uint256 i = 0; i < blob.length; ++i) padded[i] = blob[i];
        padded.explain(digest, attestation);
    }

    /// @notice Hashes a reporter set without any validation.
    function setHash(address[] calldata reporters, uint8 threshold) external pure returns (bytes23) {
        return Quorum.setHash(reporters, threshold);
    }

    /// @notice Reads the header of an attestation.
    function header(bytes calldata attestation) external pure returns (uint32 configVersion, uint64 deadline) {
        return (attestation.configVersion(), attestation.deadline());
    }

    /// @notice Stores a config without any validation.
    function store(uint32 configVersion, address[] calldata reporters, uint8 threshold) external {
        _sets[configVersion] = Quorum.setHash(reporters, threshold);
        ReporterSet.store(configVersion, reporters, threshold);
    }

    /// @notice Reads a config after memory was made dirty, so that a blob that shows old memory is seen.
    function load(
        uint32 configVersion
    ) external view returns (uint256 threshold, uint256 count, address[] memory reporters, bytes memory blob) {
        _fillMemory(type(uint256).max);
        blob = ReporterSet.load(configVersion);
        threshold = blob.threshold();
        count = blob.count();
        reporters = new address[](count);
        for (uint256 i = 0; i < count; ++i) reporters[i] = blob.reporterAt(i);
    }

    function _fillMemory(uint256 word) private pure {
        assembly ("memory-safe") {
            let free := mload(0x40)
            for {
                let offset := 0
            } lt(offset, 2048) {
                offset := add(offset, 0x20)
            } {
                mstore(add(free, offset), word)
            }
        }
    }
}
