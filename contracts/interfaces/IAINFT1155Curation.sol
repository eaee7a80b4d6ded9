// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title Who curates an id of an ERC-1155 collection, and how many editions it has
/// @notice The curator of an id controls its program and mints its editions; who holds an edition owns no part of that
/// right. A malicious curator can mint up to the limit, which only ever falls, and do what {IAINFT} says of a
/// controller.
interface IAINFT1155Curation {
    /// @notice Thrown when a limit would not fall, or would fall below what was minted.
    error AINFT1155BadLimit(uint256 id, uint256 limit, uint256 minted, uint256 current);

    /// @notice Thrown when somebody takes over a curation that was not offered to them.
    error AINFT1155NotOffered(uint256 id, address caller, address offeredTo);

    /// @notice Emitted when the curation of an id is offered to somebody; zero takes an offer back.
    event CurationOffered(uint256 indexed id, address indexed curator, address indexed to);

    /// @notice Lowers the most editions that an id will ever have.
    /// @dev Only the curator. Reverts unless the limit falls and covers what was minted.
    function lowerLimit(uint256 id, uint80 limit) external;

    /// @notice Offers the curation of an id to somebody, who must accept it; zero takes the offer back.
    /// @dev Only the curator, who stays it until then.
    function offerCuration(uint256 id, address to) external;

    /// @notice Takes over the curation of an id that was offered to the caller.
    function acceptCuration(uint256 id) external;

    /// @notice Who controls the program of an id; zero for an unknown id.
    function curatorOf(uint256 id) external view returns (address);

    /// @notice To whom the curation of an id is offered; zero when to nobody.
    function curationOfferedTo(uint256 id) external view returns (address);

    /// @notice Editions of an id: minted and not burned. While a batch is minted, a receiver that is called sees all of
    /// it.
    function totalSupply(uint256 id) external view returns (uint256);

    /// @notice Editions of an id ever minted, burned ones included, and the most there will ever be.
    function editionsOf(uint256 id) external view returns (uint256 minted, uint256 limit);

    /// @notice Whether an id was created.
    function exists(uint256 id) external view returns (bool);
}
