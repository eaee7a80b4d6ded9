// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice One entry of a share table.
/// @param account Who is paid.
/// @param bps Their part of everything received, in hundredths of a per cent: 10000 is all of it.
struct Share {
    address account;
    uint16 bps;
}
