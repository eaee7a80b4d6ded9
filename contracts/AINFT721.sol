// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ERC721Upgradeable} from "@openzeppelin/contracts-upgradeable/token/ERC721/ERC721Upgradeable.sol";
import {IERC5267} from "@openzeppelin/contracts/interfaces/IERC5267.sol";
import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {ModelVersions} from "./base/ModelVersions.sol";
import {SignedState} from "./base/SignedState.sol";
import {TrainingLog} from "./base/TrainingLog.sol";
import {IAINFT} from "./interfaces/IAINFT.sol";
import {IAINFT721} from "./interfaces/IAINFT721.sol";
import {IAINFTCollection} from "./interfaces/IAINFTCollection.sol";
import {ManifestURI} from "./libraries/ManifestURI.sol";
import {CollectionConfig} from "./types/Program.sol";

/// @title ERC-721 collection of AINFTs
/// @notice A token is a program with an owner: see {IAINFT} for its life, {IAINFTCollection} for the controller's rights.
contract AINFT721 is IAINFT721, ERC721Upgradeable, ModelVersions, TrainingLog, SignedState {
    /// @custom:storage-location erc7201:ainft.storage.AINFT721
    struct AINFT721Storage {
        uint256 totalMinted;
    }

    // keccak256(abi.encode(uint256(keccak256("ainft.storage.AINFT721")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant AINFT721_STORAGE = 0x357dec82e17e2a748487bcbdeb69599ddb0885fb2f038e622b626727e3b29300;

    bytes4 private constant ERC4906_ID = 0x49064906;

    /// @dev The implementation itself can never be initialised: only its clones are collections.
    constructor() EIP712("AINFT", "1") {
        _disableInitializers();
    }

    /// @inheritdoc IAINFT721
    function initialize(CollectionConfig calldata config) external initializer {
        __ERC721_init(config.name, config.symbol);
        __Ownable_init(config.controller);
        _setOracle(config.oracle);
    }

    /// @inheritdoc IAINFT721
    function mint(address to, bytes32 manifestDigest) external onlyOwner returns (uint256 tokenId) {
        tokenId = ++_storage().totalMinted;
        _mint(to, tokenId);
        _createProgram(tokenId, manifestDigest);
    }

    /// @inheritdoc IAINFT721
    function totalMinted() external view returns (uint256) {
        return _storage().totalMinted;
    }

    /// @notice `ipfs://` URI of the active version's manifest, which is also the token's ERC-721 metadata.
    /// @dev Reverts when the token is unknown.
    function tokenURI(uint256 tokenId) public view override returns (string memory) {
        _requireOwned(tokenId);
        return ManifestURI.fromDigest(_activeManifest(tokenId));
    }

    /// @inheritdoc IERC165
    function supportsInterface(bytes4 interfaceId) public view override returns (bool) {
        return
            interfaceId == type(IAINFT).interfaceId ||
            interfaceId == type(IAINFTCollection).interfaceId ||
            interfaceId == type(IERC5267).interfaceId ||
            interfaceId == ERC4906_ID ||
            super.supportsInterface(interfaceId);
    }

    /// @dev Owner or approved. An unknown token has no owner, so nobody controls it.
    function _checkController(uint256 tokenId, address caller) internal view override {
        address owner = _ownerOf(tokenId);
        if (owner == address(0)) revert AINFTUnknownToken(tokenId);
        if (!_isAuthorized(owner, caller, tokenId)) revert AINFTNotController(tokenId, caller);
    }

    function _storage() private pure returns (AINFT721Storage storage $) {
        assembly ("memory-safe") {
            $.slot := AINFT721_STORAGE
        }
    }
}
