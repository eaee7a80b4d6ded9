// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ERC165, IERC165} from "@openzeppelin/contracts/utils/introspection/ERC165.sol";
import {IAttestationVerifier} from "../interfaces/IAttestationVerifier.sol";
import {IERC7007Adapter} from "../interfaces/IERC7007Adapter.sol";
import {IInferenceOracle} from "../interfaces/IInferenceOracle.sol";
import {IERC7007} from "../interfaces/external/IERC7007.sol";
import {ReportHash} from "../libraries/ReportHash.sol";
import {Delivery, Request, Result, Report, ResultStatus} from "../types/Inference.sol";

/// @title ERC-7007 over a collection's inference oracle
/// @dev The oracle remembers of a request only that it is fulfilled, so the proof brings the signatures again. Every part
/// of it is bound: prompt and collection to the request, the request to the result by its hash, the content to the result
/// by digest and length, the result to the report by its leaf, the report to the quorum by the oracle's own check.
contract ERC7007Adapter is IERC7007, IERC7007Adapter, ERC165 {
    /// @inheritdoc IERC7007Adapter
    address public immutable collection;

    /// @inheritdoc IERC7007Adapter
    address public immutable oracle;

    mapping(uint256 tokenId => mapping(uint64 requestId => bytes32 dataDigest)) private _digests;

    /// @dev Reverts when either address has no code. Warning: whoever deploys an adapter chooses its oracle; look at both
    /// before you believe it.
    constructor(address collection_, address oracle_) {
        if (collection_.code.length == 0) revert ERC7007AdapterNotAContract(collection_);
        if (oracle_.code.length == 0) revert ERC7007AdapterNotAContract(oracle_);
        collection = collection_;
        oracle = oracle_;
    }

    /// @notice Adds the answer to one of a token's requests.
    /// @dev Open to all: authority is in the signatures. Once a request. Reverts when another token was asked, when the
    /// proof does not hold, when the answer was added before, and without a reason when the proof is not an encoded
    /// `InferenceProof`. A burned token's answers can still be added: they were given while it lived.
    /// @inheritdoc IERC7007
    function addAigcData(
        uint256 tokenId,
        bytes calldata prompt,
        bytes calldata aigcData,
        bytes calldata proof
    ) external {
        InferenceProof memory inference = abi.decode(proof, (InferenceProof));
        uint64 requestId = inference.result.requestId;
        if (inference.request.tokenId != tokenId) {
            revert ERC7007AdapterWrongToken(tokenId, inference.request.tokenId);
        }
        bytes32 digest = _digests[tokenId][requestId];
        if (digest != 0) revert ERC7007AdapterAlreadyAdded(tokenId, requestId, digest);
        if (!_holds(inference, prompt, aigcData)) revert ERC7007AdapterInvalidProof(tokenId, requestId);

        _digests[tokenId][requestId] = inference.result.resultDigest;
        emit AigcData(tokenId, prompt, aigcData, proof);
    }

    /// @notice Whether the content is the answer that a quorum signed for the prompt, to a fulfilled request of this
    /// collection.
    /// @dev Reverts when the proof is not an encoded `InferenceProof`, and when the oracle prefers to say why it refuses an
    /// attestation. True only as long as the oracle accepts the attestation: what must last is added.
    /// @inheritdoc IERC7007
    function verify(
        bytes calldata prompt,
        bytes calldata aigcData,
        bytes calldata proof
    ) external view returns (bool success) {
        return _holds(abi.decode(proof, (InferenceProof)), prompt, aigcData);
    }

    /// @inheritdoc IERC7007Adapter
    function aigcDataDigest(uint256 tokenId, uint64 requestId) external view returns (bytes32) {
        return _digests[tokenId][requestId];
    }

    /// @inheritdoc IERC165
    function supportsInterface(bytes4 interfaceId) public view override returns (bool) {
        if (interfaceId == type(IERC7007).interfaceId) return true;
        return interfaceId == type(IERC7007Adapter).interfaceId || super.supportsInterface(interfaceId);
    }

    function _holds(
        InferenceProof memory inference,
        bytes calldata prompt,
        bytes calldata aigcData
    ) private view returns (bool) {
        return
            _isAnswer(inference.request, inference.result, prompt, aigcData) &&
            _isReported(inference.request.delivery, inference.result, inference.report) &&
            IInferenceOracle(oracle).isFulfilled(inference.result.requestId) &&
            IAttestationVerifier(oracle).isValidReport(inference.report, inference.attestation);
    }

    /// @dev A signed failure is no content.
    function _isAnswer(
        Request memory request,
        Result memory result,
        bytes calldata prompt,
        bytes calldata aigcData
    ) private view returns (bool) {
        return
            request.collection == collection &&
            request.inputDigest == keccak256(prompt) &&
            result.requestHash == ReportHash.request(request) &&
            result.resultDigest == keccak256(aigcData) &&
            result.size == aigcData.length &&
            result.status == ResultStatus.OK;
    }

    /// @dev A report of one result: its root is the result's leaf.
    function _isReported(Delivery delivery, Result memory result, Report memory report) private pure returns (bool) {
        bytes32 answer = ReportHash.answer(result.requestHash, result.resultDigest, result.size);
        bytes32 leaf = ReportHash.leaf(uint256(delivery), result.requestId, uint256(result.status), answer);
        return report.firstId == result.requestId && report.count == 1 && report.root == leaf;
    }
}
