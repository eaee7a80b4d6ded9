import { AbiCoder, concat, getCreate2Address, Interface, keccak256, type Provider, type Signer } from "ethers";
import { create2Address, creationCall, ensureFactory } from "./create2-factory";
import { PermanentError } from "./errors";
import { mined } from "./mined";
import { registryInitCode } from "./erc6551-registry";

/*
 * ERC-6551: every token can have accounts of its own. Their registry stands at one address on every chain. It is missing
 * only on a fresh local chain, where it is deployed here as anywhere else: same code, same factory, same salt.
 */

/** Where the ERC says that the registry stands, on every chain. */
export const REGISTRY_ADDRESS = "0x000000006551c19487814612e58FE06813775758";

/** keccak-256 of the registry's deployed code. */
export const REGISTRY_CODE_HASH = "0xda1d5b06e579f9e42e59b00fbc22939896ecb38dc8830d40de0a2508fecd6735";

/** The salt under which the ERC has the registry created. */
const REGISTRY_SALT = "0x0000000000000000000000000000000000000000fd8eb4e1dca713016c518e31";

/** One account of one token. Its address follows from these five values alone. */
export interface TokenAccount {
  /** The code that the account runs; whoever owns the token trusts it with everything the account holds. */
  readonly implementation: string;
  /** 32 bytes; another one makes another account of the same token. */
  readonly salt: string;
  /** Chain that the token is on. The account can exist on others; whom it obeys there is its implementation's to say. */
  readonly chainId: bigint;
  readonly collection: string;
  readonly tokenId: bigint;
}

/** What stands at the registry's address is not the registry. */
export class RegistryCodeMismatchError extends PermanentError {
  readonly code = "ERC6551_REGISTRY_CODE_MISMATCH";
  constructor(readonly codeHash: string) {
    super(
      `The code at ${REGISTRY_ADDRESS} has the hash ${codeHash}, not ${REGISTRY_CODE_HASH}. Do not use this chain.`,
    );
  }
}

/** The installed packages make another init code than the published one, so it would land at another address. */
export class RegistryInitCodeMismatchError extends PermanentError {
  readonly code = "ERC6551_INIT_CODE_MISMATCH";
  constructor(readonly address: string) {
    super(`The registry would be created at ${address}, not ${REGISTRY_ADDRESS}. Install the locked packages again.`);
  }
}

const REGISTRY = new Interface([
  "function createAccount(address implementation, bytes32 salt, uint256 chainId, address tokenContract, uint256 tokenId) returns (address)",
  "function account(address implementation, bytes32 salt, uint256 chainId, address tokenContract, uint256 tokenId) view returns (address)",
]);

/**
 * Makes sure that the canonical registry stands on the signer's chain, and deploys it and its factory where they are
 * missing. Resolves with whether it had to. The signer pays; nobody gets a right from it.
 * Throws `RegistryCodeMismatchError`, `RegistryInitCodeMismatchError` and what the node refuses.
 */
export async function ensureRegistry(signer: Signer, provider: Provider): Promise<boolean> {
  if (await isRegistryThere(provider)) return false;
  const initCode = checkedInitCode();
  await ensureFactory(signer, provider);
  await send(signer, creationCall(REGISTRY_SALT, initCode));
  if (!(await isRegistryThere(provider))) throw new RegistryCodeMismatchError(keccak256("0x"));
  return true;
}

/** The address of a token's account, as the registry tells it; the account need not exist. */
export async function accountOf(provider: Provider, account: TokenAccount): Promise<string> {
  const data = REGISTRY.encodeFunctionData("account", argumentsOf(account));
  const answer = await provider.call({ to: REGISTRY_ADDRESS, data });
  return REGISTRY.decodeFunctionResult("account", answer)[0] as string; // the ABI says that it is an address
}

/** The same address without a chain: the registry creates accounts by CREATE2, and their code ends with their token. */
export function predictAccount(account: TokenAccount): string {
  const { implementation, salt, chainId, collection, tokenId } = account;
  const token = AbiCoder.defaultAbiCoder().encode(
    ["bytes32", "uint256", "address", "uint256"],
    [salt, chainId, collection, tokenId],
  );
  const initCode = concat([
    "0x3d60ad80600a3d3981f3363d3d373d3d3d363d73",
    implementation,
    "0x5af43d82803e903d91602b57fd5bf3",
    token,
  ]);
  return getCreate2Address(REGISTRY_ADDRESS, salt, keccak256(initCode));
}

/** Creates a token's account if it does not exist yet; anybody may. Resolves with its address. */
export async function createAccount(signer: Signer, account: TokenAccount): Promise<string> {
  const data = REGISTRY.encodeFunctionData("createAccount", argumentsOf(account));
  await send(signer, { to: REGISTRY_ADDRESS, data });
  return predictAccount(account);
}

function argumentsOf({ implementation, salt, chainId, collection, tokenId }: TokenAccount): unknown[] {
  return [implementation, salt, chainId, collection, tokenId];
}

async function isRegistryThere(provider: Provider): Promise<boolean> {
  const code = await provider.getCode(REGISTRY_ADDRESS);
  if (code === "0x") return false;
  if (keccak256(code) !== REGISTRY_CODE_HASH) throw new RegistryCodeMismatchError(keccak256(code));
  return true;
}

/** The address commits to the init code, so a check of the one proves the other. */
function checkedInitCode(): string {
  const initCode = registryInitCode();
  const address = create2Address(REGISTRY_SALT, keccak256(initCode));
  if (address !== REGISTRY_ADDRESS) throw new RegistryInitCodeMismatchError(address);
  return initCode;
}

async function send(signer: Signer, request: { to: string; data: string }): Promise<void> {
  await mined(signer.sendTransaction(request));
}
