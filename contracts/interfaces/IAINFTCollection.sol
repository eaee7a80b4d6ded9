// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IOracleLink} from "./IOracleLink.sol";

/// @title What the controller of a collection may do
/// @notice The controller (`owner()`) mints, chooses which oracle may apply signed updates, and what tokens show of
/// themselves. A malicious controller can mint without limit, show any metadata through a renderer (the manifests stay
/// readable beside it), and, until the choice is locked, point the collection at an oracle that writes false state.
/// They cannot touch a token's versions or training log: those belong to the token's owner.
interface IAINFTCollection is IOracleLink {
    /// @notice Thrown when something is minted while minting is paused.
    error AINFTMintingPaused();

    /// @notice Thrown when a setting would stay as it is.
    error AINFTSettingUnchanged();

    /// @notice Thrown when a renderer would be an address without code.
    error AINFTNoRenderer(address account);

    /// @notice Thrown when somebody other than the collection's renderer says that metadata changed.
    error AINFTNotRenderer(address caller, address renderer);

    /// @notice Emitted when another contract tells the metadata of every token; zero means that manifests do.
    event RendererChanged(address indexed renderer);

    /// @notice Emitted when minting is paused or opened again.
    event MintingPaused(bool paused);

    /// @notice Pauses minting or opens it again; nothing else ever stops by it.
    /// @dev Only the controller. Reverts when nothing would change.
    function setMintingPaused(bool paused) external;

    /// @notice Whether minting is paused.
    function isMintingPaused() external view returns (bool);

    /// @notice Number of token ids ever given; also the newest id.
    function totalMinted() external view returns (uint256);

    /// @notice Lets a contract tell the metadata of every token, or the tokens' manifests again.
    /// @dev Only the controller. Reverts when nothing would change, or when the address has no code. A renderer that
    /// reverts takes the metadata away until another is set; nothing else of a token depends on it.
    /// @param newRenderer An {IMetadataRenderer}; zero for the `ipfs://` URIs of the manifests.
    function setRenderer(address newRenderer) external;

    /// @notice The contract that tells the tokens' metadata; zero when their manifests do.
    function renderer() external view returns (address);

    /// @notice Names the manifest of the whole collection, which `contractURI` then gives as `ipfs://` URI.
    /// @dev Only the controller. Reverts when nothing would change. Zero means that there is none.
    /// @param manifestDigest sha-256 of the metadata's bytes.
    function setContractManifest(bytes32 manifestDigest) external;
}
