// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ResultStatus} from "./Inference.sol";

/// @notice What a program asks for an answer.
/// @param currency ERC-20 contract, or zero for ETH.
/// @param freeForController Whether the program's controllers ask for nothing.
/// @param amount In the currency's smallest unit; 0 is no price.
struct Price {
    address currency;
    bool freeForController;
    uint128 amount;
}

/// @notice Money that changes hands.
/// @param currency ERC-20 contract, or zero for ETH.
/// @param amount In the currency's smallest unit.
struct Payment {
    address currency;
    uint128 amount;
}

/// @notice How the fee of an answered order is divided, in hundredths of a per cent. The four make 10000.
/// @param providers The reporters of the order's config.
/// @param owner The token's owner (ERC-721) or curator (ERC-1155) when the order is settled.
/// @param contributors The split of the version that was asked.
/// @param treasury The owner of the oracle when the order is settled.
struct FeeShares {
    uint16 providers;
    uint16 owner;
    uint16 contributors;
    uint16 treasury;
}

/// @notice A request with a fee or a callback. The desk keeps its hash alone: whoever closes it brings it along, from
/// the event that opened it.
/// @param requestId Id of the request at the desk's oracle.
/// @param requestHash Hash of the request's content, as results name it.
/// @param requester Who asked, and gets the money back when there is no answer.
/// @param collection AINFT collection asked.
/// @param tokenId Token asked.
/// @param version Version that was active when the order was opened: its contributors are paid.
/// @param currency ERC-20 contract, or zero for ETH.
/// @param amount The fee, in the currency's smallest unit.
/// @param deadline Unix seconds after which the order can be cancelled.
/// @param configVersion Reporter config that was current when the order was opened: its reporters are paid.
/// @param callbackGas Gas that the requester is called back with, at most 100,000 of it to tell of a failure; 0 is no
/// callback.
/// @param shares How the fee is divided, as it was when the order was opened.
struct Order {
    uint64 requestId;
    bytes32 requestHash;
    address requester;
    address collection;
    uint256 tokenId;
    uint32 version;
    address currency;
    uint128 amount;
    uint64 deadline;
    uint32 configVersion;
    uint32 callbackGas;
    FeeShares shares;
}

/// @notice A callback, all but the bytes of the answer.
/// @param requestId Id of the request.
/// @param requestHash Hash of the request's content.
/// @param requester Contract that is called.
/// @param callbackGas Gas that it asked to be called with.
/// @param status How the inference ended.
struct Callback {
    uint64 requestId;
    bytes32 requestHash;
    address requester;
    uint32 callbackGas;
    ResultStatus status;
}
