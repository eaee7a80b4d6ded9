// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Ownable2StepUpgradeable} from "@openzeppelin/contracts-upgradeable/access/Ownable2StepUpgradeable.sol";
import {ERC721Upgradeable} from "@openzeppelin/contracts-upgradeable/token/ERC721/ERC721Upgradeable.sol";
import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import {ICollectionInitializer} from "../interfaces/ICollectionInitializer.sol";
import {IAINFT721Tokens} from "../interfaces/IAINFT721Tokens.sol";
import {CollectionConfig} from "../types/Program.sol";
import {Extended} from "./Extended.sol";
import {InterfaceIds} from "../libraries/InterfaceIds.sol";
import {Minting} from "./Minting.sol";
import {ProgramMetadata} from "./ProgramMetadata.sol";
import {SignedState} from "./SignedState.sol";
import {TokenUse} from "./TokenUse.sol";
import {TrainingLog} from "./TrainingLog.sol";

/// @title What ERC-721 collections of AINFTs share, with votes or without
abstract contract AINFT721Base is
    IAINFT721Tokens,
    ERC721Upgradeable,
    Ownable2StepUpgradeable,
    ProgramMetadata,
    TrainingLog,
    SignedState,
    Minting,
    TokenUse,
    Extended
{
    /// @inheritdoc ICollectionInitializer
    function initialize(CollectionConfig calldata config) external initializer {
        __ERC721_init(config.name, config.symbol);
        __Ownable_init(config.controller);
        _setOracle(config.oracle);
        _collection().arbiter = config.arbiter;
    }

    /// @inheritdoc IAINFT721Tokens
    function mint(address to, bytes32 manifestDigest) external onlyOwner returns (uint256 tokenId) {
        tokenId = _takeIds(1);
        _mint(to, tokenId);
        _createProgram(tokenId, manifestDigest);
    }

    /// @inheritdoc IAINFT721Tokens
    function mintBatch(
        address[] calldata to,
        bytes32[] calldata manifestDigests
    ) external onlyOwner returns (uint256 firstId) {
        uint256 count = to.length;
        if (count == 0 || count != manifestDigests.length) {
            revert AINFT721BadBatch(count, manifestDigests.length);
        }
        firstId = _takeIds(count);
        for (uint256 i = 0; i < count; ++i) {
            _mint(to[i], firstId + i);
            _createProgram(firstId + i, manifestDigests[i]);
        }
    }

    /// @inheritdoc IAINFT721Tokens
    function burn(uint256 tokenId) external {
        _checkController(tokenId);
        _burn(tokenId);
        Program storage program = _program(tokenId);
        if (program.header.isFrozen()) return;
        program.header = program.header.withTime(block.timestamp).withFrozen();
        emit ProgramFrozen(tokenId, msg.sender);
    }

    /// @notice `ipfs://` URI of the active version's manifest, which is also the token's ERC-721 metadata; what the
    /// collection's renderer says where it has one.
    /// @dev Reverts when nobody owns the token.
    function tokenURI(uint256 tokenId) public view override returns (string memory) {
        _requireOwned(tokenId);
        return _metadataURI(tokenId);
    }

    /// @inheritdoc IERC165
    function supportsInterface(bytes4 interfaceId) public view virtual override returns (bool) {
        return
            InterfaceIds.isCollection(interfaceId) ||
            InterfaceIds.isOf721(interfaceId) ||
            super.supportsInterface(interfaceId);
    }

    /// @dev Owner or approved. A token that nobody owns has no controller.
    function _isController(uint256 tokenId, address account) internal view override returns (bool) {
        return _isAuthorized(_ownerOf(tokenId), account, tokenId);
    }

    function _update(address to, uint256 tokenId, address auth) internal virtual override returns (address from) {
        from = super._update(to, tokenId, auth);
        if (from != address(0)) _endUse(tokenId);
    }
}
