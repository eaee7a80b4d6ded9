import { type Address, asAddress, type Bytes32, type OracleDomain } from "ainft-core";
import { StartRefused } from "../../config/errors.ts";
import type { ReporterConfig } from "../../domain/request.ts";
import { ChainUnavailable, ContractRefused } from "../../domain/errors.ts";
import type { ChainReader } from "../../ports/chain.ts";
import { deskInterface, oracleInterface } from "./decode.ts";
import type { Rpc } from "./rpc.ts";

/** The node is on another chain than the configuration says. */
export class WrongChain extends StartRefused {
  override readonly code = "WRONG_CHAIN";
  readonly expected: bigint;
  readonly actual: bigint;

  constructor(expected: bigint, actual: bigint) {
    super(`The node is on chain ${actual}, chain.id says ${expected}. Correct chain.id or chain.rpcUrl.`);
    this.expected = expected;
    this.actual = actual;
  }
}

/** There is no contract at the oracle's address. */
export class NoCodeAtOracle extends StartRefused {
  override readonly code = "NO_CODE_AT_ORACLE";

  constructor(oracle: Address) {
    super(`There is no contract at chain.oracle ${oracle}. Take the address from the deployment record of this chain.`);
  }
}

/** The contract at the oracle's address signs under another EIP-712 domain. */
export class WrongDomain extends StartRefused {
  override readonly code = "WRONG_DOMAIN";

  constructor(oracle: Address, problem: string) {
    super(`The contract at chain.oracle ${oracle} is not this relay's oracle: ${problem}.`);
  }
}

/** What the oracle names as its request desk is not one, or is another oracle's. */
export class WrongDesk extends StartRefused {
  override readonly code = "WRONG_DESK";

  constructor(oracle: Address, problem: string) {
    super(
      `The contract at chain.oracle ${oracle} cannot be served: ${problem}. Take the address from the deployment record.`,
    );
  }
}

/** The reporter key is in no current config: nothing it signs would count. */
export class SignerNotInConfig extends StartRefused {
  override readonly code = "SIGNER_NOT_IN_CONFIG";
  readonly signer: Address;

  constructor(signer: Address, config: ReporterConfig | null) {
    const why = config === null ? "the oracle has no config" : `config ${config.version} does not name it`;
    super(
      `The reporter key ${signer} cannot sign: ${why}. Ask the oracle's owner to add it, or use the key that is in it.`,
    );
    this.signer = signer;
  }
}

/** Makes sure that node, chain and contract are those of the configuration. Throws a `StartRefused` subclass. */
export async function checkChain(rpc: Rpc, domain: OracleDomain): Promise<void> {
  const actual = BigInt(String(await rpc.read("eth_chainId", [])));
  if (actual !== domain.chainId) throw new WrongChain(domain.chainId, actual);
  if ((await rpc.read("eth_getCode", [domain.oracle, "latest"])) === "0x") throw new NoCodeAtOracle(domain.oracle);
  await checkDomain(rpc, domain);
}

/** The desk of an oracle, made sure to be one that belongs to it. Throws {@link WrongDesk}. */
export async function readDesk(rpc: Pick<Rpc, "read">, oracle: Address): Promise<Address> {
  const named = await readAddress(rpc, oracle, oracleInterface.encodeFunctionData("desk"));
  if (named === null) throw new WrongDesk(oracle, "it names no request desk");
  const back = await readAddress(rpc, named, deskInterface.encodeFunctionData("oracle"));
  if (back !== oracle) throw new WrongDesk(oracle, `its request desk ${named} does not belong to it`);
  return named;
}

/** The address that a call answers; null when it answers nothing of the kind. */
async function readAddress(rpc: Pick<Rpc, "read">, to: Address, data: string): Promise<Address | null> {
  try {
    const answer = String(await rpc.read("eth_call", [{ to, data }, "latest"]));
    return /^0x0{24}[0-9a-fA-F]{40}$/.test(answer) ? asAddress(`0x${answer.slice(26).toLowerCase()}`) : null;
  } catch (error) {
    if (!(error instanceof ContractRefused)) throw error;
    return null;
  }
}

/**
 * Makes sure that what this key signs counts: it must be in the current config, or, while a rotation is under way, in
 * the one before if that still counts. Throws {@link SignerNotInConfig}.
 */
export async function checkSigner(signer: Address, chain: ChainReader): Promise<"current" | "previous"> {
  const current = await chain.currentConfig();
  if (current?.reporters.includes(signer) === true) return "current";
  const previous = current === null || current.version === 1n ? null : await chain.config(current.version - 1n);
  if (previous?.live === true && previous.reporters.includes(signer)) return "previous";
  throw new SignerNotInConfig(signer, current);
}

/** Hash of the first block: two chains with one number differ in it. Throws `ChainUnavailable`. */
export async function genesisOf(chain: ChainReader): Promise<Bytes32> {
  const genesis = await chain.blockByNumber(0n);
  if (genesis === null) throw new ChainUnavailable("it has not got block 0");
  return genesis.hash;
}

async function checkDomain(rpc: Rpc, { chainId, oracle }: OracleDomain): Promise<void> {
  const [, name, version, chain, contract] = await readDomain(rpc, oracle);
  if (name !== "AINFT Oracle" || version !== "1") {
    throw new WrongDomain(oracle, `its domain is "${String(name)}" version "${String(version)}"`);
  }
  if (chain !== chainId || contract !== oracle) {
    throw new WrongDomain(oracle, "its domain names another chain or contract");
  }
}

async function readDomain(rpc: Rpc, oracle: Address): Promise<readonly unknown[]> {
  const call = { to: oracle, data: oracleInterface.encodeFunctionData("eip712Domain") };
  let answer: unknown;
  try {
    answer = await rpc.read("eth_call", [call, "latest"]);
  } catch (cause) {
    if (!(cause instanceof ContractRefused)) throw cause;
    throw new WrongDomain(oracle, "it tells no EIP-712 domain");
  }
  try {
    return oracleInterface.decodeFunctionResult("eip712Domain", String(answer));
  } catch {
    throw new WrongDomain(oracle, "it tells no EIP-712 domain");
  }
}
