// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IAINFTLife} from "./IAINFTLife.sol";
import {IAINFTRecords} from "./IAINFTRecords.sol";
import {IProgramAccess} from "./IProgramAccess.sol";

/// @title AINFT: a program with an owner
/// @notice One interface for both token standards. A token points at a list of versions (manifest digests), keeps an
/// append-only log of training records, and holds the digest of a state that only a signed update can change.
/// @dev The controller of a program is the token's owner or somebody the owner approved. What a malicious controller
/// can do: publish any manifest, roll back, record training, freeze; and, by changing the version between an answer and
/// its update, keep that update from being applied and ask again. What they cannot do: remove or rewrite a version or a
/// training record, name a contributor other than themselves who did not sign, or write the state.
// Nothing of its own: it is the sum of its parts.
// solhint-disable-next-line no-empty-blocks
interface IAINFT is IAINFTLife, IAINFTRecords, IProgramAccess {}
