import { AbiCoder } from "ethers";
import type {
  AuthorityCollectionMock,
  ERC8004Adapter,
  ERC8004HostileRegistryMock,
  ERC8004RegistryMock,
  ERC8004ReputationMock,
} from "../../typechain-types";
import { chainId, deployContract, now, type Person } from "./chain";
import { everybody, type People } from "./people";
import { digestOf } from "./typed-data";

/** What is known of a token's agent. */
export const AgentStatus = { NONE: 0n, HELD: 1n, WITHDRAWN: 2n } as const;

/** A collection with two programs of `owner`, an ERC-8004 registry, and the adapter between them. */
export interface AgentWorld extends People {
  collection: AuthorityCollectionMock;
  collectionAddress: string;
  registry: ERC8004RegistryMock;
  reputation: ERC8004ReputationMock;
  adapter: ERC8004Adapter;
  adapterAddress: string;
  tokenId: bigint;
  /** Another token of the same owner. */
  otherTokenId: bigint;
  manifest: string;
}

export async function agentWorld(): Promise<AgentWorld> {
  return agentWorldOn(await deployContract("ERC8004RegistryMock"));
}

async function agentWorldOn(registry: ERC8004RegistryMock): Promise<AgentWorld> {
  const people = await everybody();
  const collection = await deployContract("AuthorityCollectionMock");
  const reputation = await deployContract("ERC8004ReputationMock", [await registry.getAddress()]);
  const adapter = await deployContract("ERC8004Adapter", [await registry.getAddress(), await reputation.getAddress()]);
  const [tokenId, otherTokenId, manifest] = [7n, 8n, digestOf("first manifest")];
  for (const id of [tokenId, otherTokenId]) {
    await collection.publish(id, manifest);
    await collection.setController(id, people.owner.address, true);
  }
  return {
    ...people,
    collection,
    collectionAddress: await collection.getAddress(),
    registry,
    reputation,
    adapter: adapter.connect(people.owner),
    adapterAddress: await adapter.getAddress(),
    tokenId,
    otherTokenId,
    manifest,
  };
}

/** The same world, whose token is registered as agent 1: agent 0 is a stranger's. */
export async function agentRegistered(): Promise<AgentWorld & { agentId: bigint }> {
  const world = await agentWorld();
  await world.registry.connect(world.stranger)["register()"]();
  await world.adapter.registerAgent(world.collectionAddress, world.tokenId);
  return { ...world, agentId: 1n };
}

/** The same world with a registry that turns on whoever registers. */
export async function hostileRegistry(): Promise<AgentWorld & { hostile: ERC8004HostileRegistryMock }> {
  const hostile: ERC8004HostileRegistryMock = await deployContract("ERC8004HostileRegistryMock");
  const world = await agentWorldOn(hostile);
  return { ...world, hostile };
}

/** What the metadata entry `ainft` of a token's agent holds. */
export function bindingOf(collection: string, tokenId: bigint): string {
  return AbiCoder.defaultAbiCoder().encode(["address", "uint256"], [collection, tokenId]);
}

/** A wallet's consent to be an agent's, for four minutes. */
export async function walletConsent(
  registry: ERC8004RegistryMock,
  wallet: Person,
  agentId: bigint,
  owner: string,
): Promise<{ deadline: bigint; signature: string }> {
  const deadline = (await now()) + 240n;
  const domain = {
    name: "ERC8004IdentityRegistry",
    version: "1",
    chainId: await chainId(),
    verifyingContract: await registry.getAddress(),
  };
  const types = {
    AgentWalletSet: [
      { name: "agentId", type: "uint256" },
      { name: "newWallet", type: "address" },
      { name: "owner", type: "address" },
      { name: "deadline", type: "uint256" },
    ],
  };
  const message = { agentId, newWallet: wallet.address, owner, deadline };
  return { deadline, signature: await wallet.signTypedData(domain, types, message) };
}
