// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice Where the bytes of a result travel.
/// INLINE: in the event of the transaction that delivers the result. DIGEST: off chain, only their digest is on chain.
/// CALLBACK: to the contract that asked, through the oracle's {IRequestDesk}.
enum Delivery {
    INLINE,
    DIGEST,
    CALLBACK
}

/// @notice How reporters have to agree on a result. The manifest says it, the request repeats it.
/// EXACT: each reporter runs the program and signs only equal bytes. DESIGNATED: one runs it, the others check form, limits
/// and digest. TOLERANCE: each runs it, and signs what is within the manifest's tolerance.
enum Agreement {
    EXACT,
    DESIGNATED,
    TOLERANCE
}

/// @notice What has become of a request.
/// OPEN: no result, or no such request. ANSWERED: it has its answer. FAILED: the quorum signed that there is none.
enum Outcome {
    OPEN,
    ANSWERED,
    FAILED
}

/// @notice How an inference ended. Signed failures are results: they end the request.
enum ResultStatus {
    OK,
    CONTAINER_ERROR,
    TIMEOUT,
    REJECTED_INPUT
}

/// @notice What an asker wants beside an answer.
/// @param maxOutputBytes Longest answer, in bytes, that a reporter may sign; a signed failure has 28 or fewer. A rule for
/// reporters: no contract checks it.
/// @param delivery Where the result bytes must go.
/// @param agreement How reporters have to agree. A rule for reporters: who asks for another agreement than the manifest's
/// gets REJECTED_INPUT.
/// @param deadline Unix seconds after which no reporter signs a result. A rule for reporters: the oracle holds a report
/// against the report's own deadline only.
struct Terms {
    uint32 maxOutputBytes;
    Delivery delivery;
    Agreement agreement;
    uint64 deadline;
}

/// @notice An on-chain ask for an inference.
/// @param requester Who asked.
/// @param collection AINFT collection asked.
/// @param tokenId Token asked.
/// @param manifestDigest Active manifest when the request was made: the result must come from it.
/// @param inputDigest keccak-256 of the input bytes, which are in the event only.
/// @param maxOutputBytes See {Terms}, as for the fields that follow.
struct Request {
    address requester;
    address collection;
    uint256 tokenId;
    bytes32 manifestDigest;
    bytes32 inputDigest;
    uint32 maxOutputBytes;
    Delivery delivery;
    Agreement agreement;
    uint64 deadline;
}

/// @notice The answer to one request. The quorum signs it together with its delivery.
/// @param requestId Sequential id of the request, from 1.
/// @param requestHash Hash of the request that was answered, so that a result says which content it answers.
/// @param resultDigest keccak-256 of the canonical result bytes.
/// @param status How the inference ended.
/// @param size Length of the result, in bytes.
struct Result {
    uint64 requestId;
    bytes32 requestHash;
    bytes32 resultDigest;
    ResultStatus status;
    uint32 size;
}

/// @notice What reporters sign: a Merkle root over results or updates. With `count` 1 the root is the leaf itself.
/// @param configVersion Reporter config whose quorum signs.
/// @param deadline Unix seconds until which the report may be submitted.
/// @param firstId First request id of the results; 0 for updates.
/// @param count Leaves under the root.
/// @param root Leaf, or Merkle root of the leaves.
struct Report {
    uint32 configVersion;
    uint64 deadline;
    uint64 firstId;
    uint32 count;
    bytes32 root;
}
