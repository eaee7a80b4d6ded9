// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";
import {ERC721URIStorage} from "@openzeppelin/contracts/token/ERC721/extensions/ERC721URIStorage.sol";

/// @notice A peer in the gas table: OpenZeppelin's ERC-721 with a string for each token. The string is a CID; the
/// scheme before it is stored nowhere.
contract OpenZeppelinURIStorageMock is ERC721URIStorage, Ownable {
    uint256 private _totalMinted;

    constructor(address owner) ERC721("Peer", "PEER") Ownable(owner) {}

    function mint(address to, string calldata cid) external onlyOwner returns (uint256 tokenId) {
        tokenId = ++_totalMinted;
        _mint(to, tokenId);
        _setTokenURI(tokenId, cid);
    }

    /// @notice Replaces a token's CID. Whoever may move the token may do it, as with a version of a program.
    function setTokenURI(uint256 tokenId, string calldata cid) external {
        _checkAuthorized(_ownerOf(tokenId), msg.sender, tokenId);
        _setTokenURI(tokenId, cid);
    }

    function _baseURI() internal pure override returns (string memory) {
        return "ipfs://";
    }
}
