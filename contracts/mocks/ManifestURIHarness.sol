// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ManifestURI} from "../libraries/ManifestURI.sol";

/// @notice Opens the library to tests, many digests a call.
contract ManifestURIHarness {
    function fromDigests(bytes32[] calldata digests) external pure returns (string[] memory uris) {
        uris = new string[](digests.length);
        for (uint256 i = 0; i < digests.length; ++i) uris[i] = ManifestURI.fromDigest(digests[i]);
    }
}
