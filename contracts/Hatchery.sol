// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Ownable} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {CollectionKeeper} from "./base/CollectionKeeper.sol";
import {OddsTables} from "./base/OddsTables.sol";
import {Payouts} from "./base/Payouts.sol";
import {IAINFT721Tokens} from "./interfaces/IAINFT721Tokens.sol";
import {IAINFTLife} from "./interfaces/IAINFTLife.sol";
import {IAINFTTraits} from "./interfaces/IAINFTTraits.sol";
import {IERC7496} from "./interfaces/IERC7496.sol";
import {IHatchery} from "./interfaces/IHatchery.sol";
import {ITraitSchema} from "./interfaces/ITraitSchema.sol";
import {Odds} from "./libraries/Odds.sol";
import {EggState, HatcherySettings, HeldEgg, Lineage} from "./types/Hatching.sol";
import {Outcome} from "./types/Odds.sol";
import {TraitDefinition, TraitType} from "./types/Trait.sol";

/// @title Hatches the eggs of one collection into another, by published odds
/// @dev Immutable, and one for each pair of collections: only the controller of a collection mints in it, so that a
/// hatchery for several would put all their minting behind one contract and one owner.
contract Hatchery is IHatchery, Payouts, CollectionKeeper, OddsTables {
    /// @dev How many blocks back `blockhash` answers.
    uint256 private constant KNOWN_BLOCKS = 256;

    address private immutable _eggs;
    address private immutable _hatched;
    bytes32 private immutable _xpKey;

    mapping(uint256 eggId => HeldEgg) private _held;
    mapping(uint256 childId => Lineage) private _lineages;
    mapping(uint256 eggId => uint256 childId) private _children;
    mapping(bytes32 manifestDigest => uint256) private _hatchedWith;

    constructor(
        HatcherySettings memory settings
    )
        Payouts(settings.asset, settings.treasury)
        CollectionKeeper(settings.collection)
        OddsTables(settings.delay, settings.notice)
        Ownable(settings.owner)
    {
        _checkTrait(settings.eggs, settings.xpKey);
        _eggs = settings.eggs;
        _hatched = settings.collection;
        _xpKey = settings.xpKey;
    }

    /// @inheritdoc IHatchery
    function commit(
        uint256 eggId,
        bytes32 commitment,
        uint32 tableVersion
    ) external nonReentrant returns (uint256 revealBlock) {
        if (!isReady()) revert HatcheryNotReady();
        uint32 current = currentTable();
        if (tableVersion != current || current == 0) revert HatcheryOtherTable(tableVersion, current);
        address owner = IERC721(_eggs).ownerOf(eggId);
        if (owner != msg.sender) revert HatcheryNotOwner(eggId, msg.sender, owner);

        uint256 xp = uint256(IERC7496(_eggs).getTraitValue(eggId, _xpKey));
        (uint8 row, uint128 bond) = _rowFor(current, eggId, xp);
        if (xp > type(uint128).max) xp = type(uint128).max; // beside the row, XP is only told
        revealBlock = block.number + delay();
        _held[eggId] = HeldEgg({
            committer: msg.sender,
            revealBlock: uint48(revealBlock), // more blocks than a chain has
            tableVersion: current,
            row: row,
            state: EggState.WAITING,
            commitment: commitment,
            xp: uint128(xp),
            bond: bond
        });
        emit EggCommitted(eggId, msg.sender, commitment, xp, current, revealBlock, bond);
        _collect(bond);
        IERC721(_eggs).transferFrom(msg.sender, address(this), eggId);
    }

    /// @inheritdoc IHatchery
    function reveal(uint256 eggId, bytes32 secret) external nonReentrant returns (uint256 childId) {
        HeldEgg memory egg = _egg(eggId, EggState.WAITING);
        if (commitmentOf(eggId, egg.committer, secret) != egg.commitment) revert HatcheryWrongSecret(eggId);
        bytes32 seed = Odds.seedOf(_hashOf(eggId, egg.revealBlock), secret, eggId);
        (uint256 index, bytes32 manifestDigest) = _take(egg, seed);
        _held[eggId].state = EggState.UNBURNED;
        _owe(egg.committer, egg.bond);

        (, bytes32 eggManifest) = IAINFTLife(_eggs).activeVersion(eggId);
        // The collection of the hatched is ours, and its mint asks nobody: only it knows the id.
        childId = IAINFT721Tokens(_hatched).mint(egg.committer, manifestDigest);
        _children[eggId] = childId;
        _lineages[childId] = Lineage({
            eggId: eggId,
            eggManifest: eggManifest,
            xp: egg.xp,
            tableVersion: egg.tableVersion,
            outcome: uint8(index) // one of 16
        });
        emit EggHatched(eggId, childId, egg.committer, index, manifestDigest, seed);
        // A dispute of the egg must not keep it from hatching: whoever starts one would choose.
        try IAINFT721Tokens(_eggs).burn(eggId) {
            delete _held[eggId];
            // It stays written down, for {burnEgg}.
            // solhint-disable-next-line no-empty-blocks
        } catch {}
    }

    /// @inheritdoc IHatchery
    function returnEgg(uint256 eggId) external nonReentrant {
        HeldEgg memory egg = _egg(eggId, EggState.WAITING);
        uint256 lastBlock = egg.revealBlock + KNOWN_BLOCKS;
        if (block.number <= lastBlock) revert HatcheryNotAbandoned(eggId, block.number, lastBlock);
        delete _held[eggId];
        emit EggReturned(eggId, egg.committer, egg.bond);
        _oweTreasury(egg.bond);
        IERC721(_eggs).transferFrom(address(this), egg.committer, eggId);
    }

    /// @inheritdoc IHatchery
    function burnEgg(uint256 eggId) external nonReentrant {
        _egg(eggId, EggState.UNBURNED);
        delete _held[eggId];
        IAINFT721Tokens(_eggs).burn(eggId);
    }

    /// @inheritdoc IHatchery
    function eggOf(uint256 eggId) external view returns (HeldEgg memory) {
        return _held[eggId];
    }

    /// @inheritdoc IHatchery
    function lineageOf(uint256 childId) external view returns (Lineage memory) {
        return _lineages[childId];
    }

    /// @inheritdoc IHatchery
    function childOf(uint256 eggId) external view returns (uint256 childId) {
        return _children[eggId];
    }

    /// @inheritdoc IHatchery
    function hatchedWith(bytes32 manifestDigest) external view returns (uint256) {
        return _hatchedWith[manifestDigest];
    }

    /// @inheritdoc IHatchery
    function eggs() external view returns (address) {
        return _eggs;
    }

    /// @inheritdoc IHatchery
    function xpKey() external view returns (bytes32) {
        return _xpKey;
    }

    /// @inheritdoc IHatchery
    function commitmentOf(uint256 eggId, address committer, bytes32 secret) public view returns (bytes32) {
        return keccak256(abi.encode(block.chainid, address(this), eggId, committer, secret));
    }

    /// @dev Draws the outcome and counts it. What is used up gives the first outcome, which has no limit.
    function _take(HeldEgg memory egg, bytes32 seed) private returns (uint256 index, bytes32 manifestDigest) {
        Outcome memory outcome;
        (index, outcome) = _draw(egg.tableVersion, egg.row, seed);
        if (outcome.supply != 0 && _hatchedWith[outcome.manifestDigest] >= outcome.supply) {
            (index, outcome) = (0, _firstOutcome(egg.tableVersion));
        }
        manifestDigest = outcome.manifestDigest;
        ++_hatchedWith[manifestDigest];
    }

    function _egg(uint256 eggId, EggState expected) private view returns (HeldEgg memory egg) {
        egg = _held[eggId];
        if (egg.state != expected) revert HatcheryWrongState(eggId, expected, egg.state);
    }

    function _hashOf(uint256 eggId, uint256 revealBlock) private view returns (bytes32 blockHash) {
        if (block.number <= revealBlock) revert HatcheryTooEarly(eggId, block.number, revealBlock);
        blockHash = blockhash(revealBlock);
        if (blockHash == 0) revert HatcheryTooLate(eggId, block.number, revealBlock);
    }

    /// @dev Looked at once: a collection's schema never changes, and neither does a {TraitSchema}.
    function _checkTrait(address eggs_, bytes32 xpKey_) private view {
        address schema = IAINFTTraits(eggs_).traitSchema();
        if (schema == address(0)) revert HatcheryNoTraitSchema(eggs_);
        TraitDefinition memory trait = ITraitSchema(schema).traitOf(xpKey_);
        bool isCount = trait.dataType == TraitType.DECIMAL && !trait.isSigned;
        if (!isCount || trait.controllerMayEdit) revert HatcheryUnfitTrait(xpKey_);
    }
}
