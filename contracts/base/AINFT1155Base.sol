// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Ownable2StepUpgradeable} from "@openzeppelin/contracts-upgradeable/access/Ownable2StepUpgradeable.sol";
import {ERC1155Upgradeable} from "@openzeppelin/contracts-upgradeable/token/ERC1155/ERC1155Upgradeable.sol";
import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import {IAINFT1155Tokens} from "../interfaces/IAINFT1155Tokens.sol";
import {ICollectionInitializer} from "../interfaces/ICollectionInitializer.sol";
import {InterfaceIds} from "../libraries/InterfaceIds.sol";
import {CollectionConfig} from "../types/Program.sol";
import {Editions} from "./Editions.sol";
import {Extended} from "./Extended.sol";
import {Minting} from "./Minting.sol";
import {ProgramMetadata} from "./ProgramMetadata.sol";
import {SignedState} from "./SignedState.sol";
import {TrainingLog} from "./TrainingLog.sol";

/// @title What ERC-1155 collections of AINFTs share, with votes or without
abstract contract AINFT1155Base is
    IAINFT1155Tokens,
    ERC1155Upgradeable,
    Ownable2StepUpgradeable,
    ProgramMetadata,
    TrainingLog,
    SignedState,
    Minting,
    Editions,
    Extended
{
    /// @inheritdoc ICollectionInitializer
    function initialize(CollectionConfig calldata config) external initializer {
        __Ownable_init(config.controller);
        EditionsStorage storage $ = _editions();
        $.name = config.name;
        $.symbol = config.symbol;
        _setOracle(config.oracle);
        _collection().arbiter = config.arbiter;
    }

    /// @inheritdoc IAINFT1155Tokens
    function createProgram(
        address curator,
        bytes32 manifestDigest,
        uint80 limit
    ) external onlyOwner returns (uint256 id) {
        if (curator == address(0)) revert AINFT1155EmptyCurator();
        id = _takeIds(1);
        Edition storage edition = _edition(id);
        edition.curator = curator;
        edition.limit = limit;
        emit CuratorChanged(id, address(0), curator);
        emit LimitChanged(id, limit);
        _createProgram(id, manifestDigest);
    }

    /// @inheritdoc IAINFT1155Tokens
    function mint(address to, uint256 id, uint256 amount) external {
        _takeEditions(id, amount);
        _mint(to, id, amount, "");
    }

    /// @inheritdoc IAINFT1155Tokens
    function mintBatch(uint256 id, address[] calldata to, uint256[] calldata amounts) external {
        if (to.length == 0 || to.length != amounts.length) revert AINFT1155BadBatch(to.length, amounts.length);
        uint256 total = 0;
        for (uint256 i = 0; i < amounts.length; ++i) total += amounts[i];
        _takeEditions(id, total);
        for (uint256 i = 0; i < to.length; ++i) _mint(to[i], id, amounts[i], "");
    }

    /// @inheritdoc IAINFT1155Tokens
    function burn(address from, uint256 id, uint256 amount) external {
        if (from != msg.sender && !isApprovedForAll(from, msg.sender)) {
            revert ERC1155MissingApprovalForAll(msg.sender, from);
        }
        _burn(from, id, amount);
        _edition(id).burned += uint80(amount); // was minted, so it fits
    }

    /// @inheritdoc IAINFT1155Tokens
    function name() external view returns (string memory) {
        return _editions().name;
    }

    /// @inheritdoc IAINFT1155Tokens
    function symbol() external view returns (string memory) {
        return _editions().symbol;
    }

    /// @notice `ipfs://` URI of the active version's manifest, which is also the id's ERC-1155 metadata; what the
    /// collection's renderer says where it has one.
    /// @dev Reverts when the id is unknown. A change of the active version is told by ERC-4906 `MetadataUpdate`:
    /// writing the 66 characters out in a `URI` event would cost more than the change itself.
    function uri(uint256 id) public view override returns (string memory) {
        _knownProgram(id);
        return _metadataURI(id);
    }

    /// @inheritdoc IERC165
    function supportsInterface(bytes4 interfaceId) public view virtual override returns (bool) {
        return
            InterfaceIds.isCollection(interfaceId) ||
            InterfaceIds.isOf1155(interfaceId) ||
            super.supportsInterface(interfaceId);
    }

    /// @dev The curator alone. An unknown id has none.
    function _isController(uint256 id, address account) internal view override returns (bool) {
        return account != address(0) && _edition(id).curator == account;
    }

    /// @dev Counts editions before they are minted, so that no receiver sees a limit that is not yet used.
    function _takeEditions(uint256 id, uint256 amount) private {
        _checkController(id);
        _checkMintingOpen();
        Edition storage edition = _edition(id);
        uint256 left = edition.limit - edition.minted;
        if (amount > left) revert AINFT1155OverLimit(id, amount, left);
        edition.minted += uint80(amount); // at most `left`
    }
}
