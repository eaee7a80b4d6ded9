// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title Tells UTF-8 from other bytes
/// @notice A JSON document is UTF-8 (RFC 8259), so text that is to stand in one is checked where it enters.
library Utf8 {
    /// @dev Well-formed by RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF, nothing cut short.
    function isValid(bytes memory text) internal pure returns (bool) {
        uint256 at = 0;
        while (at < text.length) {
            uint256 code = uint8(text[at++]);
            if (code < 0x80) continue;
            (uint256 more, uint256 lowest) = _shapeOf(code);
            if (more == 0 || at + more > text.length) return false;
            code &= 0x3f >> more; // the bits of the first byte that belong to the character
            for (; more > 0; --more) {
                uint8 next = uint8(text[at++]);
                if (next & 0xc0 != 0x80) return false;
                code = (code << 6) | (next & 0x3f);
            }
            if (code < lowest || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return false;
        }
        return true;
    }

    /// @dev By its first byte: how many bytes follow, and the lowest character that needs so many. Zero when none
    /// starts so.
    function _shapeOf(uint256 first) private pure returns (uint256 more, uint256 lowest) {
        if (first & 0xe0 == 0xc0) return (1, 0x80);
        if (first & 0xf0 == 0xe0) return (2, 0x800);
        if (first & 0xf8 == 0xf0) return (3, 0x10000);
    }
}
