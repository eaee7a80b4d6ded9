// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Consent} from "../libraries/Consent.sol";
import {ProgramStore} from "./ProgramStore.sol";

/// @title Whether a contributor agreed to stand in a training log
abstract contract TrainingConsents is ProgramStore {
    /// @dev The EIP-712 digest of a struct in the collection's domain.
    function _typedDataHash(bytes32 structHash) internal view virtual returns (bytes32);

    /// @dev Reverts unless the contributor is the caller or signed the digest.
    function _checkConsent(
        uint256 tokenId,
        uint64 index,
        address contributor,
        bytes32 digest,
        bytes calldata consent
    ) internal view {
        if (contributor == msg.sender || Consent.isValid(contributor, digest, consent)) return;
        revert AINFTInvalidConsent(tokenId, index, contributor);
    }
}
