// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title Turns a manifest digest into its IPFS URI
/// @notice A sha-256 digest is a CIDv1 with codec `raw`, so no string needs to be stored.
library ManifestURI {
    bytes32 private constant ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
    /// CIDv1, codec raw, multihash sha2-256 of 32 bytes.
    bytes4 private constant CID_PREFIX = 0x01551220;
    string private constant SCHEME = "ipfs://b";

    /// @dev `ipfs://` and the multibase base32 CID: 4 prefix bytes and 32 digest bytes, 288 bits, 58 characters.
    function fromDigest(bytes32 digest) internal pure returns (string memory) {
        bytes memory cid = abi.encodePacked(CID_PREFIX, digest);
        bytes memory text = new bytes(58);
        uint256 buffer = 0;
        uint256 bits = 0;
        uint256 length = 0;
        for (uint256 i = 0; i < cid.length; ++i) {
            buffer = (buffer << 8) | uint8(cid[i]);
            bits += 8;
            while (bits >= 5) {
                bits -= 5;
                text[length++] = ALPHABET[(buffer >> bits) & 31];
            }
            buffer &= 31; // fewer than five bits are left over
        }
        // 288 = 57 * 5 + 3: the last three bits are padded with zeros on the right.
        text[length] = ALPHABET[(buffer << (5 - bits)) & 31];
        return string.concat(SCHEME, string(text));
    }
}
