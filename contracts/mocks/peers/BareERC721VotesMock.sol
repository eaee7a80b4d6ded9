// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Ownable2StepUpgradeable} from "@openzeppelin/contracts-upgradeable/access/Ownable2StepUpgradeable.sol";
import {ERC721VotesUpgradeable} from "@openzeppelin/contracts-upgradeable/token/ERC721/extensions/ERC721VotesUpgradeable.sol";
import {Time} from "@openzeppelin/contracts/utils/types/Time.sol";

/// @notice The yardstick for a mint with votes: an OpenZeppelin ERC721Votes of the same shape and nothing more.
contract BareERC721VotesMock is ERC721VotesUpgradeable, Ownable2StepUpgradeable {
    uint256 private _totalMinted;

    function initialize(string calldata name, string calldata symbol, address owner) external initializer {
        __ERC721_init(name, symbol);
        __EIP712_init(name, "1");
        __Ownable_init(owner);
    }

    function mint(address to) external onlyOwner returns (uint256 tokenId) {
        tokenId = ++_totalMinted;
        _mint(to, tokenId);
    }

    function clock() public view override returns (uint48) {
        return Time.timestamp();
    }

    // The name is given by the standard.
    // solhint-disable-next-line func-name-mixedcase
    function CLOCK_MODE() public pure override returns (string memory) {
        return "mode=timestamp";
    }
}
