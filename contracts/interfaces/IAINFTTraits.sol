// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {StateUpdate} from "../types/StateUpdate.sol";
import {TraitValue} from "../types/Trait.sol";
import {IERC7496} from "./IERC7496.sol";

/// @title Traits that signed updates and controllers set, as a schema on chain allows
/// @notice A schema says which traits there are, which values they may have, and which of them the token's controller
/// may set; all others change by signed updates alone. A malicious controller of the collection could, before the
/// schema is set, choose one that allows nonsense, refuses everything, or whose code can change: look at it before you
/// rely on a trait. A {TraitSchema} never changes.
interface IAINFTTraits is IERC7496 {
    /// @notice Thrown when a collection has its schema already.
    error AINFTTraitSchemaFixed(address schema);

    /// @notice Thrown when a schema would be an address without code, or a contract that knows no trait.
    error AINFTNoTraitSchema(address account);

    /// @notice Thrown when a trait has the value already that its controller sets.
    error AINFTTraitUnchanged(uint256 tokenId, bytes32 traitKey, bytes32 value);

    /// @notice Gives the collection its trait schema, for ever.
    /// @dev Only the collection's controller. Reverts when there is one, or when the address is no schema.
    /// @param schema An {ITraitSchema}.
    function setTraitSchema(address schema) external;

    /// @notice The trait schema of the collection; zero while there is none.
    function traitSchema() external view returns (address schema);

    /// @notice Changes a token's state and some of its traits to what a quorum signed.
    /// @dev Only the collection's oracle. Reverts as `applySignedState` does, and when the schema refuses a key or a value.
    /// Traits that have the value already are left alone. All or nothing.
    /// @param update The change of the state.
    /// @param traits The traits that change with it.
    function applySignedStateWithTraits(StateUpdate calldata update, TraitValue[] calldata traits) external;
}
