// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice What a token's program is right now, in one read.
/// @param versionCount Versions published so far; version numbers run from 1 to this.
/// @param activeVersion The version the token runs; at most `versionCount`, lower after a rollback.
/// @param trainingCount Training records in the log.
/// @param sequence Sequence of the last signed update; the next one must be `sequence + 1`.
/// @param updatedAt Unix seconds of the last change; 0 until the first change after the mint.
/// @param frozen True once nothing can change the program any more.
/// @param locked True while a dispute keeps everybody from changing the program.
/// @param activeManifest Manifest digest (sha-256) of the active version.
/// @param stateDigest keccak-256 of the program's state bytes; zero until the first update.
struct ProgramView {
    uint32 versionCount;
    uint32 activeVersion;
    uint64 trainingCount;
    uint64 sequence;
    uint48 updatedAt;
    bool frozen;
    bool locked;
    bytes32 activeManifest;
    bytes32 stateDigest;
}

/// @notice How a collection is opened. Used once, by the initializer.
/// @param name Name of the collection.
/// @param symbol Symbol of the collection.
/// @param controller Owner of the collection: mints, and chooses the oracle.
/// @param oracle Contract allowed to apply signed updates; zero means that no update is possible yet.
/// @param arbiter Contract allowed to lock programs while they are disputed, for ever; zero means that nobody ever can.
struct CollectionConfig {
    string name;
    string symbol;
    address controller;
    address oracle;
    address arbiter;
}
