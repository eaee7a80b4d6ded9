// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice One contribution to a program, as its contributor signs it.
/// @dev The contract stores and proves these digests; it never claims that what they stand for is true.
/// @param parentManifest Manifest digest that training started from.
/// @param childManifest Manifest digest that training produced; zero when no version came of it.
/// @param datasetDigest Digest of the data used.
/// @param codeDigest Digest of the training code used.
/// @param metricsDigest Digest of the evaluation that was measured.
/// @param contributor Who gave the data, the code or the compute.
/// @param trainedAt Unix seconds at which the contribution ended; never in the future.
struct TrainingRecord {
    bytes32 parentManifest;
    bytes32 childManifest;
    bytes32 datasetDigest;
    bytes32 codeDigest;
    bytes32 metricsDigest;
    address contributor;
    uint64 trainedAt;
}
