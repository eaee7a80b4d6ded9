// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {AINFTExtension} from "./base/AINFTExtension.sol";
import {TokenUse} from "./base/TokenUse.sol";
import {IContributorSplits} from "./interfaces/IContributorSplits.sol";
import {IERC4907} from "./interfaces/IERC4907.sol";
import {IERC5192} from "./interfaces/IERC5192.sol";

/// @title The second half of every ERC-721 collection of AINFTs
contract AINFT721Extension is AINFTExtension, TokenUse, IERC4907, IERC5192 {
    /// @param splits Where the splits of royalties are opened.
    constructor(IContributorSplits splits) AINFTExtension(splits) {}

    /// @inheritdoc IERC4907
    function setUser(uint256 tokenId, address user, uint64 expires) external {
        _checkController(tokenId);
        Use storage use = _use(tokenId);
        use.user = user;
        use.expires = user == address(0) ? 0 : expires;
        emit UpdateUser(tokenId, user, use.expires);
    }

    /// @inheritdoc IERC4907
    function userExpires(uint256 tokenId) external view returns (uint256) {
        return _use(tokenId).expires;
    }

    /// @inheritdoc IERC5192
    function locked(uint256 tokenId) external view returns (bool) {
        IERC721(address(this)).ownerOf(tokenId); // reverts when nobody owns it
        return _use(tokenId).locked;
    }

    /// @inheritdoc IERC4907
    function userOf(uint256 tokenId) public view returns (address) {
        Use storage use = _use(tokenId);
        return block.timestamp <= use.expires ? use.user : address(0);
    }

    /// @dev Whoever controls the token or may use it now.
    function _isHolder(uint256 tokenId, address account) internal view override returns (bool) {
        return _isController(tokenId, account) || (account != address(0) && account == userOf(tokenId));
    }

    /// @dev The lock stands beside the token's user as well, where every transfer looks. Nobody disputes a burned
    /// token.
    function _setLock(uint256 tokenId, Program storage program, bool locked_) internal override {
        IERC721(address(this)).ownerOf(tokenId); // reverts when nobody owns it
        super._setLock(tokenId, program, locked_);
        _use(tokenId).locked = locked_;
        if (locked_) emit Locked(tokenId);
        else emit Unlocked(tokenId);
    }
}
