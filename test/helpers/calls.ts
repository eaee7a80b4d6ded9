import { Signature, ZeroAddress, ZeroHash } from "ethers";
import {
  IAINFT1155__factory,
  IAINFT721__factory,
  IAINFTCollection__factory,
  IAINFTTraits__factory,
  IOwnable2Step__factory,
} from "../../typechain-types";
import { chainId, deployContract, impersonated, now, type Person } from "./chain";
import {
  programAsERC1155,
  programAsERC1155Votes,
  programAsERC721,
  programAsERC721Votes,
  type ProgramWorld,
  recordBy,
  updateOf,
} from "./programs";
import { deploySchema, mood } from "./traits";
import { collectionDomain, digestOf, recordLeaf } from "./typed-data";

/*
 * One call of every function that any collection has, with arguments for which it succeeds.
 */

/** Who calls, and with what; a stranger when nobody is named. */
export interface Call {
  by?: Person;
  args: readonly unknown[];
}

type MakeCall = (world: ProgramWorld) => Call | Promise<Call>;

const second = digestOf("second manifest");
const FOREVER = 2n ** 64n - 1n;

/** A call by the token's controller, whose first argument is the token. */
const controlled =
  (...args: unknown[]): MakeCall =>
  ({ owner, tokenId }) => ({ by: owner, args: [tokenId, ...args] });
const created =
  (...args: unknown[]): MakeCall =>
  ({ creator }) => ({ by: creator, args });
const read =
  (...args: unknown[]): MakeCall =>
  () => ({ args });

const trait = mood();
const wild = trait.texts[1]?.value;

/** A call by the token's controller in a collection that gets a trait schema first. */
const underSchema =
  (argsOf: (tokenId: bigint) => unknown[]): MakeCall =>
  async ({ address, creator, owner, tokenId }) => {
    await IAINFTTraits__factory.connect(address, creator).setTraitSchema(await deploySchema([trait]));
    return { by: owner, args: argsOf(tokenId) };
  };

const ofPrograms: Record<string, MakeCall> = {
  publishManifest: controlled(second),
  activateVersion: controlled(1, ZeroHash),
  freeze: controlled(),
  programOf: controlled(),
  activeVersion: controlled(),
  manifestOf: controlled(1),
  isController: ({ owner, tokenId }) => ({ args: [tokenId, owner.address] }),
  addTraining: ({ owner, tokenId }) => ({ by: owner, args: [tokenId, recordBy(owner), "0x"] }),
  addTrainingBatch: ({ owner, tokenId }) => ({ by: owner, args: [tokenId, [recordBy(owner)], "0x"] }),
  addTrainingByLeaves: ({ owner, tokenId }) => ({ by: owner, args: [tokenId, owner.address, [second], "0x"] }),
  trainingCount: controlled(),
  trainingRoot: controlled(),
  trainingPeak: controlled(0),
  verifyTraining: ({ owner, tokenId }) => ({ args: [tokenId, recordBy(owner), 0, []] }),
  trainingConsentDigest: ({ owner, tokenId }) => ({ args: [tokenId, 0, recordBy(owner)] }),
  trainingBatchConsentDigest: ({ owner, tokenId }) => ({
    args: [tokenId, 0, owner.address, [recordLeaf(recordBy(owner))]],
  }),
  MAX_TRAINING_BATCH: read(),
  applySignedState: (world) => ({ by: world.oracleAccount, args: [updateOf(world, { manifestDigest: second })] }),
  stateDigest: controlled(),
  setHoldersOnly: controlled(true),
  isHoldersOnly: controlled(),
  mayAsk: ({ stranger, tokenId }) => ({ args: [tokenId, stranger.address] }),
};

const ofCollections: Record<string, MakeCall> = {
  supportsInterface: read("0x01ffc9a7"),
  name: read(),
  symbol: read(),
  eip712Domain: read(),
  contractURI: read(),
  setOracle: created(ZeroAddress),
  lockOracle: created(),
  oracle: read(),
  isOracleLocked: read(),
  setMintingPaused: created(true),
  isMintingPaused: read(),
  totalMinted: read(),
  setContractManifest: created(second),
  setRenderer: async ({ creator }) => ({
    by: creator,
    args: [await (await deployContract("OnchainMetadata")).getAddress()],
  }),
  renderer: read(),
  refreshMetadata: async ({ address, creator, tokenId }) => {
    const renderer = await (await deployContract("OnchainMetadata")).getAddress();
    await IAINFTCollection__factory.connect(address, creator).setRenderer(renderer);
    return { by: await impersonated(renderer), args: [tokenId] };
  },
  setRoyalty: created(500),
  royaltyBps: read(),
  MAX_ROYALTY_BPS: read(),
  royaltyInfo: controlled(10_000),
  setSplit: ({ owner, trainer, tokenId }) => ({
    by: owner,
    args: [tokenId, 1, [{ account: trainer.address, bps: 10_000 }]],
  }),
  splitOf: controlled(1),
  setTraitSchema: async ({ creator }) => ({ by: creator, args: [await (await deploySchema([trait])).getAddress()] }),
  traitSchema: read(),
  getTraitMetadataURI: read(),
  setTrait: underSchema((tokenId) => [tokenId, trait.key, wild]),
  getTraitValue: underSchema((tokenId) => [tokenId, trait.key]),
  getTraitValues: underSchema((tokenId) => [tokenId, [trait.key]]),
  applySignedStateWithTraits: (world) => ({
    by: world.oracleAccount,
    args: [updateOf(world, { manifestDigest: second }), []],
  }),
  lock: ({ arbiter, tokenId }) => ({ by: arbiter, args: [tokenId] }),
  // The second token is locked.
  unlock: ({ arbiter, tokenId }) => ({ by: arbiter, args: [tokenId + 1n] }),
  // So it has one version, which nothing can replace.
  retireVersion: ({ arbiter, tokenId }) => ({ by: arbiter, args: [tokenId + 1n, 1, 0, ZeroHash] }),
  isRetired: controlled(1),
  arbiter: read(),
  setApprovalForAll: ({ owner, friend }) => ({ by: owner, args: [friend.address, true] }),
  isApprovedForAll: ({ owner, friend }) => ({ args: [owner.address, friend.address] }),
};

const sentAs721: MakeCall = ({ owner, friend, tokenId }) => ({
  by: owner,
  args: [owner.address, friend.address, tokenId],
});

const of721: Record<string, MakeCall> = {
  tokenURI: controlled(),
  "balanceOf(address)": ({ owner }) => ({ args: [owner.address] }),
  ownerOf: controlled(),
  getApproved: controlled(),
  approve: ({ owner, friend, tokenId }) => ({ by: owner, args: [friend.address, tokenId] }),
  transferFrom: sentAs721,
  "safeTransferFrom(address,address,uint256)": sentAs721,
  "safeTransferFrom(address,address,uint256,bytes)": (world) => {
    const { owner, friend, tokenId } = world;
    return { by: owner, args: [owner.address, friend.address, tokenId, "0x"] };
  },
  setUser: ({ owner, player, tokenId }) => ({ by: owner, args: [tokenId, player.address, FOREVER] }),
  userOf: controlled(),
  userExpires: controlled(),
  locked: controlled(),
};

const of1155: Record<string, MakeCall> = {
  uri: controlled(),
  "balanceOf(address,uint256)": ({ owner, tokenId }) => ({ args: [owner.address, tokenId] }),
  balanceOfBatch: ({ owner, tokenId }) => ({ args: [[owner.address], [tokenId]] }),
  "safeTransferFrom(address,address,uint256,uint256,bytes)": ({ owner, friend, tokenId }) => ({
    by: owner,
    args: [owner.address, friend.address, tokenId, 1, "0x"],
  }),
  safeBatchTransferFrom: ({ owner, friend, tokenId }) => ({
    by: owner,
    args: [owner.address, friend.address, [tokenId], [1], "0x"],
  }),
  lowerLimit: controlled(2),
  offerCuration: ({ owner, friend, tokenId }) => ({ by: owner, args: [tokenId, friend.address] }),
  // The curation of the second id is offered to `friend`.
  acceptCuration: ({ friend, tokenId }) => ({ by: friend, args: [tokenId + 1n] }),
  curatorOf: controlled(),
  curationOfferedTo: controlled(),
  totalSupply: controlled(),
  editionsOf: controlled(),
  exists: controlled(),
};

const ofVotes: Record<string, MakeCall> = {
  getVotes: ({ owner }) => ({ args: [owner.address] }),
  getPastVotes: async ({ owner }) => ({ args: [owner.address, (await now()) - 1n] }),
  getPastTotalSupply: async () => ({ args: [(await now()) - 1n] }),
  delegates: ({ owner }) => ({ args: [owner.address] }),
  delegate: ({ owner, friend }) => ({ by: owner, args: [friend.address] }),
  delegateBySig: async ({ owner, friend, address }) => {
    const Delegation = [
      { name: "delegatee", type: "address" },
      { name: "nonce", type: "uint256" },
      { name: "expiry", type: "uint256" },
    ];
    const message = { delegatee: friend.address, nonce: 0n, expiry: FOREVER };
    const signed = await owner.signTypedData(collectionDomain(await chainId(), address), { Delegation }, message);
    const { v, r, s } = Signature.from(signed);
    return { args: [friend.address, 0n, FOREVER, v, r, s] };
  },
  nonces: ({ owner }) => ({ args: [owner.address] }),
  clock: read(),
  CLOCK_MODE: read(),
};

/** Ownership has no ERC-165 id, but every collection has it. */
const ofOwners: Record<string, MakeCall> = {
  owner: read(),
  pendingOwner: read(),
  transferOwnership: ({ creator, friend }) => ({ by: creator, args: [friend.address] }),
  // The collection is offered to `stranger`.
  acceptOwnership: read(),
  renounceOwnership: created(),
};

const calls: Record<string, MakeCall> = {
  ...ofOwners,
  ...ofPrograms,
  ...ofCollections,
  ...of721,
  ...of1155,
  ...ofVotes,
};

/** A call of a function, by its signature, that succeeds in a world where everything can be called. */
export async function callOf(world: ProgramWorld, name: string, signature: string): Promise<Required<Call>> {
  const make = calls[name] ?? calls[signature];
  if (make === undefined) throw new Error(`No call is known for ${signature}.`);
  const { by = world.stranger, args } = await make(world);
  return { by, args };
}

/** Offers the collection itself to somebody. */
async function offered(world: ProgramWorld): Promise<ProgramWorld> {
  await IOwnable2Step__factory.connect(world.address, world.creator).transferOwnership(world.stranger.address);
  return world;
}

/** Two versions, a second token that is locked or offered, an edition to move: every function has something to do. */
async function callable721(world: ProgramWorld): Promise<ProgramWorld> {
  const collection = IAINFT721__factory.connect(world.address, world.arbiter);
  await world.program.publishManifest(world.tokenId, second);
  await collection.lock(await world.mint(second));
  return offered(world);
}

async function callable1155(world: ProgramWorld): Promise<ProgramWorld> {
  const collection = IAINFT1155__factory.connect(world.address, world.owner);
  await world.program.publishManifest(world.tokenId, second);
  const other = await world.mint(second);
  await collection.offerCuration(other, world.friend.address);
  await collection.connect(world.arbiter).lock(other);
  await collection.mint(world.owner.address, world.tokenId, 1);
  return offered(world);
}

/** Every kind of collection in a state in which every one of its functions can be called. */
export const callableKinds = {
  AINFT721: async function everyCallOf721(): Promise<ProgramWorld> {
    return callable721(await programAsERC721());
  },
  AINFT721Votes: async function everyCallOf721Votes(): Promise<ProgramWorld> {
    return callable721(await programAsERC721Votes());
  },
  AINFT1155: async function everyCallOf1155(): Promise<ProgramWorld> {
    return callable1155(await programAsERC1155());
  },
  AINFT1155Votes: async function everyCallOf1155Votes(): Promise<ProgramWorld> {
    return callable1155(await programAsERC1155Votes());
  },
};
