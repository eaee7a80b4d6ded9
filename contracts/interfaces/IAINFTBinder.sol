// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Binding} from "../types/Binding.sol";

/// @title Gives a program to a token of somebody else's collection
/// @notice Whoever holds the original controls its program, and a sale of the original hands the program over with it,
/// without any act here. The binder never holds an original and needs nothing of its collection but the functions of
/// its standard; what an original does not answer counts as no. Bound programs have no traits, royalties or disputes.
/// @dev What a malicious original can do: name anybody as its owner, and so let them control its own program. What it
/// cannot do: touch another program, stop the binder, or take a binding back. A binding is for ever: whoever holds an
/// original for one moment can bind a worthless program to it and freeze that, so a program says what a holder claimed,
/// never what the original's maker meant. ERC-1155 originals have many holders: one of them is the steward, and nothing
/// but an answer of zero units takes that away. A steward who keeps one unit keeps the program, so a buyer should buy
/// all units or check `bindingOf` first.
interface IAINFTBinder {
    /// @notice Thrown when an original already has a program.
    error AINFTBinderAlreadyBound(address collection, uint256 tokenId, uint256 programId);

    /// @notice Thrown when somebody who does not hold the original acts for it.
    error AINFTBinderNotHolder(address collection, uint256 tokenId, address caller);

    /// @notice Thrown when the steward still holds the original, or the original is no ERC-1155 token.
    error AINFTBinderStewardStays(uint256 programId, address steward);

    /// @notice Emitted when an original gets its program.
    event ProgramBound(
        uint256 indexed programId,
        address indexed collection,
        uint256 indexed tokenId,
        bool isERC1155,
        address holder
    );

    /// @notice Emitted when another holder of an ERC-1155 original becomes the steward of its program.
    event StewardChanged(uint256 indexed programId, address indexed previousSteward, address indexed steward);

    /// @notice Gives an ERC-721 token its program.
    /// @dev Only the token's owner or somebody they approved. Reverts when the token has a program or the digest is
    /// zero.
    /// @param collection ERC-721 contract of the original.
    /// @param tokenId Its id there.
    /// @param manifestDigest sha-256 of the first manifest's RFC 8785 bytes.
    /// @return programId Id of the program here, from 1.
    function bindERC721(
        address collection,
        uint256 tokenId,
        bytes32 manifestDigest
    ) external returns (uint256 programId);

    /// @notice Gives an ERC-1155 id its program; the caller becomes its steward.
    /// @dev Only somebody who holds at least one unit. Otherwise as `bindERC721`.
    function bindERC1155(
        address collection,
        uint256 tokenId,
        bytes32 manifestDigest
    ) external returns (uint256 programId);

    /// @notice Makes the caller the steward of a program whose steward holds the original no more.
    /// @dev Only somebody who holds at least one unit of the original; the first who calls.
    function takeStewardship(uint256 programId) external;

    /// @notice The original of a program; zeros for an unknown program.
    function bindingOf(uint256 programId) external view returns (Binding memory);

    /// @notice The program of an original; zero when it has none.
    function programFor(address collection, uint256 tokenId) external view returns (uint256 programId);

    /// @notice `ipfs://` URI of a program's active manifest.
    /// @dev Reverts when the program is unknown.
    function programURI(uint256 programId) external view returns (string memory);

    /// @notice Number of programs ever bound; also the newest program id.
    function programCount() external view returns (uint256);
}
