// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {AINFTExtension} from "./base/AINFTExtension.sol";
import {TokenUse} from "./base/TokenUse.sol";
import {IAINFTDisputes} from "./interfaces/IAINFTDisputes.sol";
import {IContributorSplits} from "./interfaces/IContributorSplits.sol";
import {IERC4907} from "./interfaces/IERC4907.sol";
import {IERC5192} from "./interfaces/IERC5192.sol";
import {ProgramHeader} from "./types/ProgramHeader.sol";

/// @title The second half of every ERC-721 collection of AINFTs
contract AINFT721Extension is AINFTExtension, TokenUse, IERC4907, IERC5192, IAINFTDisputes {
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

    /// @inheritdoc IAINFTDisputes
    function lock(uint256 tokenId) external {
        _checkArbiter();
        if (_use(tokenId).locked) revert AINFTLockUnchanged(tokenId, true);
        _knownProgram(tokenId);
        _setLock(tokenId, _changeable(tokenId, _program(tokenId)), true);
        emit Locked(tokenId);
    }

    /// @inheritdoc IAINFTDisputes
    function unlock(uint256 tokenId) external {
        _checkArbiter();
        if (!_use(tokenId).locked) revert AINFTLockUnchanged(tokenId, false);
        _setLock(tokenId, _program(tokenId).header, false);
        emit Unlocked(tokenId);
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

    /// @inheritdoc IAINFTDisputes
    function arbiter() external view returns (address) {
        return _collection().arbiter;
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

    function _setLock(uint256 tokenId, ProgramHeader header, bool locked_) private {
        _use(tokenId).locked = locked_;
        _program(tokenId).header = header.withLock(locked_);
    }

    function _checkArbiter() private view {
        address arbiter_ = _collection().arbiter;
        if (msg.sender != arbiter_) revert AINFTNotArbiter(msg.sender, arbiter_);
    }
}
