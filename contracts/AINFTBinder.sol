// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC1155} from "@openzeppelin/contracts/token/ERC1155/IERC1155.sol";
import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {LowLevelCall} from "@openzeppelin/contracts/utils/LowLevelCall.sol";
import {ERC165, IERC165} from "@openzeppelin/contracts/utils/introspection/ERC165.sol";
import {ModelVersions} from "./base/ModelVersions.sol";
import {OracleLink} from "./base/OracleLink.sol";
import {ProgramAccess} from "./base/ProgramAccess.sol";
import {ProgramRecords} from "./base/ProgramRecords.sol";
import {SignedState} from "./base/SignedState.sol";
import {TrainingLog} from "./base/TrainingLog.sol";
import {IAINFT} from "./interfaces/IAINFT.sol";
import {IAINFTBinder} from "./interfaces/IAINFTBinder.sol";
import {InterfaceIds} from "./libraries/InterfaceIds.sol";
import {ManifestURI} from "./libraries/ManifestURI.sol";
import {Binding, TokenStandard} from "./types/Binding.sol";

/// @title Gives a mind to tokens that exist already
contract AINFTBinder is
    IAINFTBinder,
    IAINFT,
    OracleLink,
    ModelVersions,
    TrainingLog,
    SignedState,
    ProgramRecords,
    ProgramAccess,
    EIP712,
    ERC165
{
    mapping(uint256 programId => Binding) private _bindings;
    mapping(address collection => mapping(uint256 tokenId => uint256)) private _programs;
    uint256 private _programCount;

    /// @param controller Who may choose the oracle: the DAO's timelock.
    constructor(address controller, address oracle_) EIP712("AINFT", "1") initializer {
        __Ownable_init(controller);
        _setOracle(oracle_);
    }

    /// @inheritdoc IAINFTBinder
    function bindERC721(
        address collection,
        uint256 tokenId,
        bytes32 manifestDigest
    ) external returns (uint256 programId) {
        if (!_holdsERC721(collection, tokenId, msg.sender)) {
            revert AINFTBinderNotHolder(collection, tokenId, msg.sender);
        }
        return _bind(Binding(collection, TokenStandard.ERC721, tokenId, address(0)), manifestDigest);
    }

    /// @inheritdoc IAINFTBinder
    function bindERC1155(
        address collection,
        uint256 tokenId,
        bytes32 manifestDigest
    ) external returns (uint256 programId) {
        if (!_holdsERC1155(collection, tokenId, msg.sender)) {
            revert AINFTBinderNotHolder(collection, tokenId, msg.sender);
        }
        return _bind(Binding(collection, TokenStandard.ERC1155, tokenId, msg.sender), manifestDigest);
    }

    /// @inheritdoc IAINFTBinder
    function takeStewardship(uint256 programId) external {
        Binding storage binding = _bindings[programId];
        (address collection, uint256 tokenId, address steward) = (binding.collection, binding.tokenId, binding.steward);
        if (steward == address(0) || !_holdsNothing(collection, tokenId, steward)) {
            revert AINFTBinderStewardStays(programId, steward);
        }
        if (!_holdsERC1155(collection, tokenId, msg.sender)) {
            revert AINFTBinderNotHolder(collection, tokenId, msg.sender);
        }
        binding.steward = msg.sender;
        emit StewardChanged(programId, steward, msg.sender);
    }

    /// @inheritdoc IAINFTBinder
    function bindingOf(uint256 programId) external view returns (Binding memory) {
        return _bindings[programId];
    }

    /// @inheritdoc IAINFTBinder
    function programFor(address collection, uint256 tokenId) external view returns (uint256 programId) {
        return _programs[collection][tokenId];
    }

    /// @inheritdoc IAINFTBinder
    function programURI(uint256 programId) external view returns (string memory) {
        _knownProgram(programId);
        return ManifestURI.fromDigest(_activeManifest(programId));
    }

    /// @inheritdoc IAINFTBinder
    function programCount() external view returns (uint256) {
        return _programCount;
    }

    /// @inheritdoc IERC165
    function supportsInterface(bytes4 interfaceId) public view override returns (bool) {
        return
            InterfaceIds.isProgram(interfaceId) ||
            interfaceId == type(IAINFTBinder).interfaceId ||
            super.supportsInterface(interfaceId);
    }

    function _bind(Binding memory binding, bytes32 manifestDigest) private returns (uint256 programId) {
        (address collection, uint256 tokenId) = (binding.collection, binding.tokenId);
        programId = _programs[collection][tokenId];
        if (programId != 0) revert AINFTBinderAlreadyBound(collection, tokenId, programId);
        programId = ++_programCount;
        _programs[collection][tokenId] = programId;
        _bindings[programId] = binding;
        emit ProgramBound(programId, collection, tokenId, binding.standard == TokenStandard.ERC1155, msg.sender);
        _createProgram(programId, manifestDigest);
    }

    /// @dev Whoever may act for the original now. Asked anew every time, so authority moves with every sale.
    function _isController(uint256 programId, address account) internal view override returns (bool) {
        Binding storage binding = _bindings[programId];
        (address collection, uint256 tokenId, address steward) = (binding.collection, binding.tokenId, binding.steward);
        if (collection == address(0)) return false;
        if (binding.standard == TokenStandard.ERC721) return _holdsERC721(collection, tokenId, account);
        return
            _holdsERC1155(collection, tokenId, steward) &&
            (account == steward || _isOperator(collection, steward, account));
    }

    /// @dev Whoever controls the program, or has a unit of its ERC-1155 original.
    function _isHolder(uint256 programId, address account) internal view override returns (bool) {
        if (_isController(programId, account)) return true;
        Binding storage binding = _bindings[programId];
        return binding.standard == TokenStandard.ERC1155 && _holdsERC1155(binding.collection, binding.tokenId, account);
    }

    /// @dev Owner, approved for all, or approved for the token. Collections that lack the latter two answer no.
    function _holdsERC721(address collection, uint256 tokenId, address account) private view returns (bool) {
        uint256 owner = _ask(collection, abi.encodeCall(IERC721.ownerOf, (tokenId)));
        if (owner == 0 || owner > type(uint160).max) return false;
        if (owner == uint160(account) || _isOperator(collection, address(uint160(owner)), account)) return true;
        return
            account != address(0) &&
            _ask(collection, abi.encodeCall(IERC721.getApproved, (tokenId))) == uint160(account);
    }

    function _holdsERC1155(address collection, uint256 tokenId, address account) private view returns (bool) {
        return _ask(collection, abi.encodeCall(IERC1155.balanceOf, (account, tokenId))) != 0;
    }

    /// @dev Whether the original says so: that it fails, for want of gas too, takes nothing away from a steward.
    function _holdsNothing(address collection, uint256 tokenId, address account) private view returns (bool) {
        bytes memory call = abi.encodeCall(IERC1155.balanceOf, (account, tokenId));
        (bool success, bytes32 balance, ) = LowLevelCall.staticcallReturn64Bytes(collection, call);
        return success && LowLevelCall.returnDataSize() >= 32 && balance == 0;
    }

    /// @dev The same function in both standards.
    function _isOperator(address collection, address owner, address account) private view returns (bool) {
        return _ask(collection, abi.encodeCall(IERC721.isApprovedForAll, (owner, account))) == 1;
    }

    /// @dev The first word that a contract answers; zero when it fails or answers less. Never copies more than that
    /// word.
    function _ask(address collection, bytes memory call) private view returns (uint256) {
        (bool success, bytes32 word, ) = LowLevelCall.staticcallReturn64Bytes(collection, call);
        return success && LowLevelCall.returnDataSize() >= 32 ? uint256(word) : 0;
    }
}
