// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Report, Request, Result} from "../types/Inference.sol";

/// @title ERC-7007 over a collection's inference oracle
/// @notice The ERC's prompt is the input of a request, its content the canonical bytes of the answer, and its proof an
/// `InferenceProof`: what was asked, what was answered, and the quorum's signatures under both. One adapter a collection.
/// It is not the token: it changes no metadata, and stands beside the collection for those who look for ERC-7007.
/// Warning: as everywhere in the suite, a quorum shows who reported an answer, not that the answer is true. What m
/// colluding reporters can do here: prove any answer to a request that is fulfilled.
interface IERC7007Adapter {
    /// @notice A proof, `abi.encode`d as one value.
    /// @param request What was asked; everything the oracle's event and its input tell.
    /// @param result The answer to it, as signed.
    /// @param report The report over this result alone (`count` 1), as signed.
    /// @param attestation The quorum's signatures, in the oracle's own format.
    struct InferenceProof {
        Request request;
        Result result;
        Report report;
        bytes attestation;
    }

    /// @notice Thrown when collection or oracle has no code.
    error ERC7007AdapterNotAContract(address account);

    /// @notice Thrown when content is added to another token than the one that was asked.
    error ERC7007AdapterWrongToken(uint256 tokenId, uint256 askedTokenId);

    /// @notice Thrown when a proof does not show that prompt and content are a fulfilled request and its answer.
    error ERC7007AdapterInvalidProof(uint256 tokenId, uint64 requestId);

    /// @notice Thrown when the answer to a request was added before.
    error ERC7007AdapterAlreadyAdded(uint256 tokenId, uint64 requestId, bytes32 dataDigest);

    /// @notice keccak-256 of the content that was added for a request; zero when none was.
    /// @param tokenId Token that was asked.
    /// @param requestId The oracle's id of the request.
    function aigcDataDigest(uint256 tokenId, uint64 requestId) external view returns (bytes32);

    /// @notice The collection whose tokens' answers are proved here.
    function collection() external view returns (address);

    /// @notice The oracle whose requests are answered. It does not follow the collection to another one.
    function oracle() external view returns (address);
}
