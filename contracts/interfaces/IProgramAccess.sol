// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IAINFTEvents} from "./IAINFTEvents.sol";

/// @title Who may ask a program
/// @notice Everybody may, until its controller keeps it for those who hold it. The oracle asks before it takes a
/// request; what is public on chain can of course be read, and a public model be run, by anybody.
/// @dev A malicious controller can shut out those who may ask now, or let in everybody.
interface IProgramAccess is IAINFTEvents {
    /// @notice Thrown when access would stay as it is.
    error AINFTAccessUnchanged(uint256 tokenId, bool holdersOnly);

    /// @notice Emitted when a program is kept for its holders, or opened to everybody again.
    event AccessChanged(uint256 indexed tokenId, bool holdersOnly);

    /// @notice Keeps a program for its holders, or opens it to everybody.
    /// @dev Only the token's controller. Reverts when the token is unknown, frozen or locked, or when nothing would
    /// change. It stays when the token changes hands.
    function setHoldersOnly(uint256 tokenId, bool holdersOnly) external;

    /// @notice Whether only holders may ask.
    /// @dev Reverts when the token is unknown.
    function isHoldersOnly(uint256 tokenId) external view returns (bool);

    /// @notice Whether an account may ask the program now: it is open to everybody, or the account holds it.
    /// @dev Holders are the controller and the ERC-4907 user of an ERC-721 token, the curator and whoever has an
    /// edition of an ERC-1155 id; of a bound program, whoever controls it or has a unit of its ERC-1155 original. Never
    /// reverts; false for an unknown token, and while a program is suspended (see {IAINFTDisputes}).
    function mayAsk(uint256 tokenId, address account) external view returns (bool);
}
