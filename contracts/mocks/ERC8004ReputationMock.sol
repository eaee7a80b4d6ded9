// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {IERC8004Reputation} from "../interfaces/external/IERC8004Reputation.sol";

/// @notice Pretends to be a deployed ERC-8004 reputation registry in which all values have the same decimals.
contract ERC8004ReputationMock is IERC8004Reputation {
    error ERC8004ReputationMockNoClients();
    error ERC8004ReputationMockSelfFeedback(address client);

    struct Feedback {
        int128 value;
        uint8 decimals;
        bytes32 tag1;
        bytes32 tag2;
        bool revoked;
    }

    address private immutable _identityRegistry;
    mapping(uint256 agentId => mapping(address client => Feedback[])) private _feedback;

    constructor(address identityRegistry) {
        _identityRegistry = identityRegistry;
    }

    function giveFeedback(
        uint256 agentId,
        int128 value,
        uint8 valueDecimals,
        string calldata tag1,
        string calldata tag2,
        string calldata,
        string calldata,
        bytes32
    ) external {
        if (IERC721(_identityRegistry).ownerOf(agentId) == msg.sender) {
            revert ERC8004ReputationMockSelfFeedback(msg.sender);
        }
        _feedback[agentId][msg.sender].push(Feedback(value, valueDecimals, _hash(tag1), _hash(tag2), false));
    }

    function revokeFeedback(uint256 agentId, uint64 feedbackIndex) external {
        _feedback[agentId][msg.sender][feedbackIndex - 1].revoked = true;
    }

    function getSummary(
        uint256 agentId,
        address[] calldata clientAddresses,
        string calldata tag1,
        string calldata tag2
    ) external view returns (uint64 count, int128 summaryValue, uint8 summaryValueDecimals) {
        if (clientAddresses.length == 0) revert ERC8004ReputationMockNoClients();
        int128 sum = 0;
        for (uint256 i = 0; i < clientAddresses.length; ++i) {
            Feedback[] storage given = _feedback[agentId][clientAddresses[i]];
            for (uint256 j = 0; j < given.length; ++j) {
                if (given[j].revoked || !_matches(given[j].tag1, tag1) || !_matches(given[j].tag2, tag2)) continue;
                sum += given[j].value;
                summaryValueDecimals = given[j].decimals;
                ++count;
            }
        }
        summaryValue = count == 0 ? int128(0) : sum / int128(uint128(count));
    }

    function getIdentityRegistry() external view returns (address) {
        return _identityRegistry;
    }

    function _matches(bytes32 given, string calldata asked) private pure returns (bool) {
        return bytes(asked).length == 0 || given == _hash(asked);
    }

    function _hash(string calldata tag) private pure returns (bytes32) {
        return keccak256(bytes(tag));
    }
}
