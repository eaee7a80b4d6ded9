// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ResultStatus} from "../types/Inference.sol";

/// @title A contract that is called back with the answer to what it asked
interface IAINFTConsumer {
    /// @notice Takes an answer.
    /// @dev Called by {IRequestDesk} with the gas that was asked for, or, to tell of a failure, with at most 100,000 of
    /// it; once for each request: what reverts is recorded, and anybody may have it tried again with all of the gas.
    /// Implementations must refuse every other caller and requests they did not make.
    /// Warning: the answer is what an AI wrote. It is data: never call an address or run a selector that it names.
    /// @param requestId Id of the request.
    /// @param requestHash Hash of the request's content.
    /// @param status How the inference ended; with anything but OK there is no answer, and a fee has been given back.
    /// @param output The canonical result bytes.
    function onAnswer(uint64 requestId, bytes32 requestHash, ResultStatus status, bytes calldata output) external;
}
