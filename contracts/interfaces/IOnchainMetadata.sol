// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IMetadataRenderer} from "./IMetadataRenderer.sol";

/// @notice What a controller says of a token. All of it is UTF-8; lengths are in bytes.
/// @param name 1 to 128 bytes.
/// @param description At most 2048 bytes; left out of the metadata when empty.
/// @param image URI of an image, a `data:` one too; at most 4096 bytes; left out when empty.
/// @param externalUrl URI of a page; at most 1024 bytes; left out when empty.
struct TokenText {
    string name;
    string description;
    string image;
    string externalUrl;
}

/// @title Metadata that is on chain in full
/// @notice A renderer that any collection may point at. The token's controller writes the text; version, manifest and
/// counts come from the program itself. For a token with a text the URI is JSON (`data:application/json;base64,`), for
/// one without it is the `ipfs://` URI of the active manifest.
/// @dev Nobody has any power over the renderer, and no collection over the texts of another. A malicious controller
/// could write any text and any URI for their own token. Warning: URIs are not looked at; who follows one decides which
/// to trust.
interface IOnchainMetadata is IMetadataRenderer {
    /// @notice Thrown when the caller does not control the token; nobody controls an unknown one.
    error OnchainMetadataNotController(address collection, uint256 tokenId, address caller);

    /// @notice Thrown when the token's program is frozen, and what it shows with it, or locked by a dispute.
    error OnchainMetadataFrozen(address collection, uint256 tokenId);

    /// @notice Thrown when the metadata would stay as it is.
    error OnchainMetadataUnchanged(address collection, uint256 tokenId);

    /// @notice Thrown when a text has no name.
    error OnchainMetadataNoName();

    /// @notice Thrown when a field is longer than it may be, in bytes.
    error OnchainMetadataTooLong(string field, uint256 length, uint256 maximum);

    /// @notice Thrown when a field is not UTF-8: no JSON could carry it.
    error OnchainMetadataInvalidText(string field);

    /// @notice Emitted when a controller writes a token's text.
    event TokenTextChanged(address indexed collection, uint256 indexed tokenId, address indexed actor);

    /// @notice Emitted when a controller takes a token's text away.
    event TokenTextCleared(address indexed collection, uint256 indexed tokenId, address indexed actor);

    /// @notice Writes a token's text in place of the one before, and lets the collection tell that its metadata
    /// changed.
    /// @dev Only the token's controller, as the collection names them. Reverts when the program is frozen or locked,
    /// when a field is too long or not UTF-8, when the name is empty, when nothing would change, and when the
    /// collection does not take the news: it must point at this renderer before a text is written.
    function setText(address collection, uint256 tokenId, TokenText calldata text) external;

    /// @notice Takes a token's text away, so that it shows its active manifest again.
    /// @dev Only the token's controller. Reverts when the program is frozen or locked, when there is no text, and when
    /// the collection does not take the news.
    function clearText(address collection, uint256 tokenId) external;

    /// @notice The text of a token; all fields are empty when it has none.
    function textOf(address collection, uint256 tokenId) external view returns (TokenText memory);
}
