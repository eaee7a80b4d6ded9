// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Strings} from "@openzeppelin/contracts/utils/Strings.sol";
import {TokenText} from "../interfaces/IOnchainMetadata.sol";
import {ProgramView} from "../types/Program.sol";

// JSON is full of double quotes: single ones around it keep it readable.
// solhint-disable quotes

/// @title Writes a token's metadata as wallets and marketplaces read it
library TokenJson {
    using Strings for string;
    using Strings for uint256;

    /// @dev Nothing of a program but its active version, which is announced whenever it changes (ERC-4906).
    /// The manifest's URI comes from {ManifestURI} and needs no escape.
    function document(
        TokenText memory text,
        ProgramView memory program,
        string memory manifest
    ) internal pure returns (string memory) {
        return
            string.concat(
                '{"name":"',
                text.name.escapeJSON(),
                '"',
                _optional("description", text.description),
                _optional("image", text.image),
                _optional("external_url", text.externalUrl),
                ',"ainft":{"activeVersion":',
                uint256(program.activeVersion).toString(),
                ',"manifest":"',
                manifest,
                '"},"attributes":[{"display_type":"number","trait_type":"Version","value":',
                uint256(program.activeVersion).toString(),
                "}]}"
            );
    }

    /// @dev A member that follows another one, or nothing where there is nothing to say.
    function _optional(string memory name, string memory value) private pure returns (string memory) {
        if (bytes(value).length == 0) return "";
        return string.concat(',"', name, '":"', value.escapeJSON(), '"');
    }
}
