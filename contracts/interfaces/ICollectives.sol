// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {CollectionKind} from "../types/CollectionKind.sol";
import {CollectiveConfig} from "../types/Governance.sol";

/// @title Opens collective AINFTs: one program that many holders own together and change by vote
/// @notice One transaction opens a collection that votes, its governor and its timelock, creates the program, which the
/// timelock controls, and gives the first members their units. The timelock is the collection's controller from its
/// first moment; neither this contract nor the caller ever holds a right in what is opened.
/// @dev Later members come by vote: a proposal carries as many `mintBatch` calls as fit in a transaction. A collective
/// that begins with more members than `MAX_HOLDERS`, or that should follow a beacon, is opened in several transactions,
/// each of which can be repeated after a failure: its creator opens the collection for themselves through the factory,
/// creates program and units in batches, offers collection (and curation) to the timelock that {IGovernors} foretells,
/// and opens the governor with the acceptances as opening calls. Until that last one, the creator alone is in charge.
/// With ERC721_VOTES the program is token 1, and it is the timelock's own: it counts as one vote that nobody casts.
/// With ERC1155_VOTES it is id 1, curated by the timelock, and its editions are the votes: those of programs that come
/// later, whoever curates them, are none.
interface ICollectives {
    /// @notice Thrown when the contract would be built on an address without code.
    error CollectivesNoCode(address account);

    /// @notice Thrown when a collection of this kind does not vote.
    error CollectivesKindWithoutVotes(CollectionKind kind);

    /// @notice Thrown when there is no first member, who alone could ever propose, or there are more than allowed.
    error CollectivesBadHolderCount(uint256 count, uint256 maximum);

    /// @notice Thrown when a limit is set for tokens, which have none.
    error CollectivesLimitWithoutEditions(uint256 limit);

    /// @notice Emitted when a collective is open.
    event CollectiveCreated(
        address indexed collection,
        address indexed governor,
        address indexed creator,
        address timelock,
        CollectionKind kind,
        uint256 programId
    );

    /// @notice Opens a collective.
    /// @dev Anybody. The addresses depend on kind, caller and salt alone, so nobody else can take them first. Reverts
    /// when the caller has used the salt, when the configuration is refused, and, with ERC1155_VOTES, if a member is a
    /// contract that takes no editions.
    /// @param salt Any value the caller has not used.
    /// @param config How the collective is opened.
    function createCollective(
        bytes32 salt,
        CollectiveConfig calldata config
    ) external returns (address collection, address governor, address timelock);

    /// @notice The addresses that `createCollective` gives to this kind, creator and salt.
    function predictCollective(
        CollectionKind kind,
        address creator,
        bytes32 salt
    ) external view returns (address collection, address governor, address timelock);

    /// @notice Most members at the beginning: so many tokens fit in one transaction.
    // A constant is named like one.
    // solhint-disable-next-line func-name-mixedcase
    function MAX_HOLDERS() external view returns (uint256);

    /// @notice Where the collections are opened.
    function factory() external view returns (address);

    /// @notice Where the governors are opened.
    function governors() external view returns (address);
}
