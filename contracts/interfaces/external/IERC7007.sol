// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title ERC-7007: content that an AI generated, provable for a token
/// @dev The ERC-165 id is 0x702c55a6.
interface IERC7007 {
    /// @notice Emitted when content is added to a token. Prompt and content are indexed as their hashes.
    event AigcData(uint256 indexed tokenId, bytes indexed prompt, bytes indexed aigcData, bytes proof);

    /// @notice Adds generated content to a token, with the proof that the prompt led to it.
    function addAigcData(
        uint256 tokenId,
        bytes calldata prompt,
        bytes calldata aigcData,
        bytes calldata proof
    ) external;

    /// @notice Whether a proof shows that the prompt led to the content.
    function verify(
        bytes calldata prompt,
        bytes calldata aigcData,
        bytes calldata proof
    ) external view returns (bool success);
}
