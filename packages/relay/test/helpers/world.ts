import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { ainft721Abi, ainftFactoryAbi, inferenceOracleAbi } from "ainft-contracts";
import { Agreement, bytesDigest, canonicalJson, Delivery, type JsonValue } from "ainft-core";
import {
  Contract,
  ContractFactory,
  type ContractRunner,
  type EventLog,
  HDNodeWallet,
  type InterfaceAbi,
  JsonRpcProvider,
  Mnemonic,
  NonceManager,
  ZeroAddress,
} from "ethers";
import { storeEcho, storeFixture } from "./fixture.ts";
import { freePort, until } from "./time.ts";

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "../../../..");
const PHRASE = "test test test test test test test test test test test junk";
const ONE_HOUR = 3_600n;
export const CHAIN_ID = 31_337;

/** The published test accounts: worth nothing anywhere else. */
export function account(index: number): HDNodeWallet {
  return HDNodeWallet.fromMnemonic(Mnemonic.fromPhrase(PHRASE), `m/44'/60'/0'/0/${index}`);
}

/** keccak-256 of a text's bytes. */
export function keccakOf(text: string): string {
  return bytesDigest(new TextEncoder().encode(text));
}

/** A local chain with the suite on it, a collection, and a content folder with one program. */
export class World {
  readonly chainId: number;
  readonly rpcUrl: string;
  readonly provider: JsonRpcProvider;
  readonly oracleAddress: string;
  readonly collectionAddress: string;
  /** All of them are needed for a quorum. */
  readonly reporters: readonly HDNodeWallet[];
  readonly contentDir: string;
  readonly folder: string;
  readonly #oracle: Contract;
  readonly #collection: Contract;
  readonly #manifest: string;
  readonly #close: () => Promise<void>;

  constructor(parts: WorldParts) {
    this.chainId = parts.chainId;
    this.rpcUrl = parts.rpcUrl;
    this.provider = parts.provider;
    this.oracleAddress = parts.oracleAddress;
    this.collectionAddress = parts.collectionAddress;
    this.reporters = parts.reporters;
    this.contentDir = parts.contentDir;
    this.folder = parts.folder;
    this.#manifest = parts.manifest;
    this.#close = parts.close;
    const player = new NonceManager(account(2).connect(parts.provider));
    this.#oracle = contractAt(parts.oracleAddress, inferenceOracleAbi, player);
    this.#collection = contractAt(parts.collectionAddress, ainft721Abi, parts.deployer);
  }

  /** Mints a token with the fixture program. */
  async mint(): Promise<bigint> {
    await send(this.#collection, "mint", [account(1).address, this.#manifest]);
    return BigInt(await read(this.#collection, "totalMinted", []));
  }

  /** Mints a token of which nobody is asked for a state: see `storeEcho`. */
  async mintEcho(image?: string): Promise<bigint> {
    const manifest = await storeEcho(this.contentDir, account(1).address, image);
    await send(this.#collection, "mint", [account(1).address, manifest]);
    return BigInt(await read(this.#collection, "totalMinted", []));
  }

  /** Has one block mined with a request for each of the words, answered off chain, and answers the first one's id. */
  async askTogether(tokenId: bigint, words: readonly string[], delivery: Delivery = Delivery.DIGEST): Promise<bigint> {
    const terms = { ...(await this.inlineTerms()), delivery };
    const first = BigInt(await read(this.#oracle, "requestCount", [])) + 1n;
    await this.provider.send("evm_setAutomine", [false]);
    const inputs = words.map((say) => canonicalJson({ say }));
    const asked = inputs.map(async (input) =>
      this.#oracle.getFunction("request").send(this.collectionAddress, tokenId, input, terms, { gasLimit: 200_000 }),
    );
    await Promise.all(asked);
    await this.provider.send("evm_mine", []);
    await this.provider.send("evm_setAutomine", [true]);
    return first;
  }

  async requestCount(): Promise<bigint> {
    return BigInt(await read(this.#oracle, "requestCount", []));
  }

  async isFulfilled(requestId: bigint): Promise<boolean> {
    return (await read(this.#oracle, "isFulfilled", [requestId])) === "true";
  }

  /** First ids of the batches that were delivered, in order. */
  async batches(): Promise<{ firstId: bigint; count: number }[]> {
    const events = await this.#oracle.queryFilter(this.#oracle.getEvent("BatchDelivered")(), 0);
    return events.flatMap((event) =>
      "args" in event
        ? [{ firstId: BigInt(String(event.args["firstId"])), count: (event.args["answers"] as unknown[]).length }]
        : [],
    );
  }

  /** Asks a token, which has so many seconds of chain time to answer, and answers the request's id. */
  async ask(tokenId: bigint, input: JsonValue, seconds = ONE_HOUR): Promise<bigint> {
    const terms = await this.inlineTerms(seconds);
    await send(this.#oracle, "request", [this.collectionAddress, tokenId, canonicalJson(input), terms]);
    return BigInt(await read(this.#oracle, "requestCount", []));
  }

  /** An answer within the hour, unless it is said, into the event. */
  async inlineTerms(seconds = ONE_HOUR): Promise<Record<string, bigint | number>> {
    const block = await this.provider.getBlock("latest");
    const deadline = BigInt(block?.timestamp ?? 0) + seconds;
    return { maxOutputBytes: 1_000, delivery: Delivery.INLINE, agreement: Agreement.EXACT, deadline };
  }

  /** Events of the oracle about a request. */
  async countEvents(name: "ResultDelivered" | "RequestFailed", requestId: bigint): Promise<number> {
    return (await eventsOf(this.#oracle, name, requestId)).length;
  }

  /** State changes of a token. */
  async countUpdates(tokenId: bigint): Promise<number> {
    return (await eventsOf(this.#collection, "StateUpdated", tokenId)).length;
  }

  async sequenceOf(tokenId: bigint): Promise<bigint> {
    const program: unknown = await this.#collection.getFunction("programOf").staticCall(tokenId);
    return (program as { sequence: bigint }).sequence; // the ABI gives this field
  }

  /** Failures that were signed for a request. */
  async failures(requestId: bigint): Promise<{ status: bigint; digest: string }[]> {
    const events = await eventsOf(this.#oracle, "RequestFailed", requestId);
    return events.map(({ args }) => ({
      status: BigInt(String(args.getValue("status"))),
      digest: String(args.getValue("resultDigest")),
    }));
  }

  async close(): Promise<void> {
    await this.#close();
  }
}

interface WorldParts {
  readonly chainId: number;
  readonly rpcUrl: string;
  readonly provider: JsonRpcProvider;
  readonly deployer: NonceManager;
  readonly oracleAddress: string;
  readonly collectionAddress: string;
  readonly reporters: readonly HDNodeWallet[];
  readonly contentDir: string;
  readonly folder: string;
  readonly manifest: string;
  readonly close: () => Promise<void>;
}

/** What a world may differ in. */
export interface WorldOptions {
  /** Signatures of a report: those of all reporters unless it is said. */
  readonly threshold?: number;
  readonly chainId?: number;
  readonly anvilOptions?: readonly string[];
  /** What tokens run: a plain program's image unless it is said. */
  readonly image?: string | undefined;
}

/** Starts anvil and deploys everything. */
export async function openWorld(
  reporterCount: number,
  { threshold = reporterCount, chainId = CHAIN_ID, anvilOptions = [], image }: WorldOptions = {},
): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), "ainft-relay-test-"));
  const { rpcUrl, provider, stop } = await startAnvil(chainId, anvilOptions);
  const deployer = new NonceManager(account(0).connect(provider));
  const reporters = Array.from({ length: reporterCount }, (_, index) => account(3 + index)).sort((left, right) =>
    BigInt(left.address) < BigInt(right.address) ? -1 : 1,
  );
  const close = async (): Promise<void> => {
    provider.destroy();
    stop();
    await rm(folder, { recursive: true, force: true });
  };
  const { oracleAddress, collectionAddress } = await deployAll(deployer, reporters, threshold).catch(
    async (cause: unknown) => {
      await close(); // or the test would wait for anvil
      throw cause;
    },
  );
  const contentDir = join(folder, "content");
  await mkdir(contentDir);
  const manifest = await storeFixture(contentDir, account(1).address, image);
  return new World({
    ...{
      chainId,
      rpcUrl,
      provider,
      deployer,
      oracleAddress,
      collectionAddress,
      reporters,
      contentDir,
      folder,
      manifest,
      close,
    },
  });
}

async function deployAll(
  deployer: NonceManager,
  reporters: readonly HDNodeWallet[],
  threshold: number,
): Promise<{ oracleAddress: string; collectionAddress: string }> {
  const oracleAddress = await deploy("InferenceOracle", [account(0).address], deployer);
  const oracle = contractAt(oracleAddress, inferenceOracleAbi, deployer);
  await send(oracle, "setConfig", [reporters.map(({ address }) => address), threshold, 0]);
  return { oracleAddress, collectionAddress: await openCollection(oracleAddress, deployer) };
}

async function startAnvil(
  chainId: number,
  more: readonly string[],
): Promise<{ rpcUrl: string; provider: JsonRpcProvider; stop: () => void }> {
  const port = await freePort();
  const rpcUrl = `http://127.0.0.1:${port}`;
  const options = ["--port", String(port), "--chain-id", String(chainId), "--hardfork", "osaka", "--silent", ...more];
  const anvil = spawn(join(ROOT, "node_modules/.bin/anvil"), options, { stdio: "ignore", detached: true });
  const provider = new JsonRpcProvider(rpcUrl, chainId, {
    staticNetwork: true,
    pollingInterval: 50,
    cacheTimeout: -1,
  });
  await until("anvil", 30_000, async () => BigInt(String(await provider.send("eth_chainId", []))) === BigInt(chainId));
  return {
    rpcUrl,
    provider,
    stop: () => {
      const lives = anvil.exitCode === null && anvil.signalCode === null; // a test may have ended it before
      if (lives && anvil.pid !== undefined) process.kill(-anvil.pid, "SIGKILL");
    },
  };
}

/** The kind of collection, as the factory numbers them. */
const ERC721 = 0;

async function openCollection(oracle: string, deployer: NonceManager): Promise<string> {
  const splits = await deploy("ContributorSplits", [], deployer);
  const extension = await deploy("AINFT721Extension", [splits], deployer);
  const implementation = await deploy("AINFT721", [extension], deployer);
  const implementations = Array.from({ length: 4 }, () => implementation); // only ERC-721 collections are opened here
  const factoryAddress = await deploy("AINFTFactory", [...implementations, account(0).address], deployer);
  const factory = contractAt(factoryAddress, ainftFactoryAbi, deployer);
  const salt = `0x${"00".repeat(32)}`;
  const config = { name: "Fixtures", symbol: "FIX", controller: account(0).address, oracle, arbiter: ZeroAddress };
  await send(factory, "createCollection", [ERC721, salt, config]);
  return read(factory, "predictCollection", [ERC721, account(0).address, salt]);
}

/** What the compiler made of a contract, for example `mocks/RequesterMock`. */
export async function compiled(name: string): Promise<{ readonly abi: InterfaceAbi; readonly bytecode: string }> {
  const file = join(ROOT, `artifacts/contracts/${name}.sol/${name.split("/").at(-1) ?? name}.json`);
  return JSON.parse(await readFile(file, "utf8")) as { abi: InterfaceAbi; bytecode: string };
}

/** Deploys a compiled contract, and answers its address. */
export async function deploy(name: string, args: readonly unknown[], deployer: NonceManager): Promise<string> {
  const { abi, bytecode } = await compiled(name);
  const contract = await new ContractFactory(abi, bytecode, deployer).deploy(...args);
  await contract.waitForDeployment();
  return contract.getAddress();
}

/** A contract by its ABI. */
export function contractAt(address: string, abi: unknown, runner: ContractRunner): Contract {
  return new Contract(address, abi as InterfaceAbi, runner); // `as const` ABIs are deeply read-only
}

/** Sends, and waits until it is mined. */
export async function send(contract: Contract, name: string, args: readonly unknown[]): Promise<void> {
  const { hash, provider } = await contract.getFunction(name).send(...args);
  // The library waits for the next block, and none comes when this one's was mined just before.
  await until(`transaction ${hash}`, 30_000, async () => (await provider.getTransactionReceipt(hash)) !== null);
  assert.equal((await provider.getTransactionReceipt(hash))?.status, 1, `${name} was mined, but failed`);
}

/** What a view answers, as text. */
export async function read(contract: Contract, name: string, args: readonly unknown[]): Promise<string> {
  return String(await contract.getFunction(name).staticCall(...args));
}

/** Events with an id as their first topic. */
export async function eventsOf(contract: Contract, name: string, id: bigint): Promise<EventLog[]> {
  const found = await contract.queryFilter(contract.getEvent(name)(id), 0);
  return found.filter((event): event is EventLog => "args" in event);
}
