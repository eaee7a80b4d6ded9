// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Share} from "../types/Share.sol";

/// @title Royalties that go to whoever made the active version
/// @notice The collection's controller sets how much, a token's controller how it is divided for each version. A
/// malicious controller of the collection can set any rate up to `MAX_ROYALTY_BPS`, also none. A malicious controller
/// of a token can divide a version's royalty as they like, once, and activate a version that pays others: a split binds
/// its manifest, not the token, so what contributors are paid ends when another manifest becomes active. ERC-2981 asks
/// marketplaces to pay; nothing on chain makes them.
interface IAINFTRoyalties {
    /// @notice Thrown when a royalty would be higher than it may.
    error AINFTRoyaltyTooHigh(uint256 bps, uint256 maximum);

    /// @notice Thrown when a version's manifest has its split already.
    error AINFTSplitAlreadySet(uint256 tokenId, uint32 version, address split);

    /// @notice Emitted when the royalty of the collection changes, in hundredths of a per cent of the price.
    event RoyaltyChanged(uint16 bps);

    /// @notice Emitted when the royalty of a version is divided; the split tells its shares itself.
    event SplitSet(uint256 indexed tokenId, uint32 indexed version, address split);

    /// @notice Sets the royalty of every token of the collection.
    /// @dev Only the collection's controller. Reverts above `MAX_ROYALTY_BPS`, or when nothing would change.
    /// @param bps Hundredths of a per cent of the price: 500 is 5 %.
    function setRoyalty(uint16 bps) external;

    /// @notice Divides the royalty of one version, for ever, and of every version of the token with the same manifest.
    /// @dev Only the token's controller. Opens the split of the table at {IContributorSplits} when nobody has. Reverts
    /// when the token is unknown, frozen or locked, when the version was never published or has its split, or when the
    /// table is refused: see {IContributorSplits}.
    /// @param tokenId Token whose version it is.
    /// @param version A published version, active or not.
    /// @param shares 1 to 64 contributors, in ascending order of their accounts, whose parts make 10000.
    /// @return split The address that is paid.
    function setSplit(uint256 tokenId, uint32 version, Share[] calldata shares) external returns (address split);

    /// @notice What a marketplace should pay for a token, and to whom (ERC-2981): the split of the active version, or
    /// the collection's controller while it has none.
    /// @dev Nothing when nobody controls the collection either. Reverts when the token is unknown.
    /// @param tokenId Token that is sold.
    /// @param salePrice Its price, in the smallest unit of whatever it is sold for.
    /// @return receiver Who is paid.
    /// @return royaltyAmount How much of the price, in the same unit, rounded down.
    function royaltyInfo(
        uint256 tokenId,
        uint256 salePrice
    ) external view returns (address receiver, uint256 royaltyAmount);

    /// @notice Who is paid for a version; zero while it has no split.
    function splitOf(uint256 tokenId, uint32 version) external view returns (address split);

    /// @notice The royalty of the collection, in hundredths of a per cent of the price.
    function royaltyBps() external view returns (uint16);

    /// @notice The highest royalty: 1000, which is 10 %.
    function MAX_ROYALTY_BPS() external view returns (uint256);
}
