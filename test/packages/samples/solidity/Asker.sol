// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {AINFTConsumer} from "ainft-contracts/contracts/consumer/AINFTConsumer.sol";
import {IAINFT} from "ainft-contracts/contracts/interfaces/IAINFT.sol";
import {IRequestDesk} from "ainft-contracts/contracts/interfaces/IRequestDesk.sol";
import {ResultStatus} from "ainft-contracts/contracts/types/Inference.sol";

/// @notice What a third party starts with.
contract Asker is AINFTConsumer {
    bytes public lastAnswer;

    constructor(IRequestDesk desk) AINFTConsumer(desk) {}

    function manifestOf(IAINFT collection, uint256 tokenId) external view returns (bytes32 digest) {
        (, digest) = collection.activeVersion(tokenId);
    }

    function _onAnswer(uint64, ResultStatus, bytes calldata output) internal override {
        lastAnswer = output;
    }
}
