// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {CollectionDomain} from "../libraries/CollectionDomain.sol";
import {Consent} from "../libraries/Consent.sol";
import {ProgramStore} from "./ProgramStore.sol";

/// @title Whether a contributor agreed to stand in a training log
abstract contract TrainingConsents is ProgramStore {
    /// @dev Reverts unless the contributor is the caller or signed the struct in the collection's domain.
    function _checkConsent(
        uint256 tokenId,
        uint64 index,
        address contributor,
        bytes32 structHash,
        bytes calldata consent
    ) internal view {
        bytes32 digest = CollectionDomain.typedDataHash(structHash);
        if (contributor == msg.sender || Consent.isValid(contributor, digest, consent)) return;
        revert AINFTInvalidConsent(tokenId, index, contributor);
    }
}
