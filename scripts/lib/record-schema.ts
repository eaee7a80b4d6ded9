import { CallRecord, ContractRecord, DeploymentRecord, PendingRecord, RecordFormatError } from "./records";

type Fields = Readonly<Record<string, unknown>>;

/** Reads a record file. Refuses what it does not know: a record decides what is sent. Throws `RecordFormatError`. */
export function parseRecord(text: string, place: string): DeploymentRecord {
  const reader = new RecordReader(place);
  const json = reader.json(text);
  const fields = reader.fields(json, "the record", REQUIRED, OPTIONAL);
  if (fields["schema"] !== "ainft-deployment/2") reader.fail("schema is not ainft-deployment/2");
  return {
    schema: "ainft-deployment/2",
    network: reader.text(fields["network"], "network", /^[a-z][a-z0-9-]*$/),
    chainId: reader.count(fields["chainId"], "chainId"),
    genesisHash: reader.hash(fields["genesisHash"], "genesisHash"),
    deployer: reader.address(fields["deployer"], "deployer"),
    salt: reader.hash(fields["salt"], "salt"),
    contracts: reader.each(fields["contracts"], "contracts", (value, at) => contractRecord(reader, value, at)),
    calls: reader.each(fields["calls"], "calls", (value, at) => callRecord(reader, value, at)),
    ...(fields["made"] === undefined
      ? {}
      : { made: reader.each(fields["made"], "made", (value, at) => reader.address(value, at)) }),
    ...(fields["ownership"] === undefined ? {} : { ownership: ownershipRecord(reader, fields["ownership"]) }),
    ...(fields["dao"] === undefined ? {} : { dao: daoRecord(reader, fields["dao"]) }),
    ...(fields["roles"] === undefined
      ? {}
      : { roles: reader.each(fields["roles"], "roles", (value, at) => reader.text(value, at, ROLE)) }),
    ...(fields["pending"] === undefined ? {} : { pending: pendingRecord(reader, fields["pending"]) }),
  };
}

const REQUIRED = ["schema", "network", "chainId", "genesisHash", "deployer", "salt", "contracts", "calls"];
const OPTIONAL = ["made", "ownership", "dao", "roles", "pending"];

/** An address, or whether an account holds a right. */
const ROLE = /^0x[0-9a-fA-F]{40}$|^true$|^false$/;

const CONTRACT = [
  "address",
  "constructorArguments",
  "creationCodeHash",
  "initCodeHash",
  "codeHash",
  "compilerDigest",
  "sourceCommit",
];

function contractRecord(reader: RecordReader, value: unknown, at: string): ContractRecord {
  const fields = reader.fields(value, at, CONTRACT, ["transactionHash", "blockNumber"]);
  return {
    address: reader.address(fields["address"], `${at}.address`),
    ...(fields["transactionHash"] === undefined && fields["blockNumber"] === undefined
      ? {}
      : {
          transactionHash: reader.hash(fields["transactionHash"], `${at}.transactionHash`),
          blockNumber: reader.count(fields["blockNumber"], `${at}.blockNumber`),
        }),
    constructorArguments: reader.values(fields["constructorArguments"], `${at}.constructorArguments`),
    creationCodeHash: reader.hash(fields["creationCodeHash"], `${at}.creationCodeHash`),
    initCodeHash: reader.hash(fields["initCodeHash"], `${at}.initCodeHash`),
    codeHash: reader.hash(fields["codeHash"], `${at}.codeHash`),
    compilerDigest: reader.hash(fields["compilerDigest"], `${at}.compilerDigest`),
    sourceCommit: reader.text(fields["sourceCommit"], `${at}.sourceCommit`, /^[0-9a-f]{40}(-dirty)?$|^unknown$/),
  };
}

function callRecord(reader: RecordReader, value: unknown, at: string): CallRecord {
  const fields = reader.fields(value, at, ["contract", "function", "arguments", "transactionHash", "blockNumber"]);
  return {
    contract: reader.text(fields["contract"], `${at}.contract`, /^\w+$/),
    function: reader.text(fields["function"], `${at}.function`, /^\w+$/),
    arguments: reader.values(fields["arguments"], `${at}.arguments`),
    transactionHash: reader.hash(fields["transactionHash"], `${at}.transactionHash`),
    blockNumber: reader.count(fields["blockNumber"], `${at}.blockNumber`),
  };
}

function ownershipRecord(reader: RecordReader, value: unknown): { owner: string; pendingOwner?: string } {
  const fields = reader.fields(value, "ownership", ["owner"], ["pendingOwner"]);
  const owner = reader.address(fields["owner"], "ownership.owner");
  if (fields["pendingOwner"] === undefined) return { owner };
  return { owner, pendingOwner: reader.address(fields["pendingOwner"], "ownership.pendingOwner") };
}

function daoRecord(reader: RecordReader, value: unknown): { governor: string; timelock: string } {
  const fields = reader.fields(value, "dao", ["governor", "timelock"]);
  return {
    governor: reader.address(fields["governor"], "dao.governor"),
    timelock: reader.address(fields["timelock"], "dao.timelock"),
  };
}

function pendingRecord(reader: RecordReader, value: unknown): PendingRecord {
  const fields = reader.fields(value, "pending", ["step", "nonce"], ["transactionHash"]);
  const known = {
    step: reader.text(fields["step"], "pending.step"),
    nonce: reader.count(fields["nonce"], "pending.nonce"),
  };
  if (fields["transactionHash"] === undefined) return known;
  return { ...known, transactionHash: reader.hash(fields["transactionHash"], "pending.transactionHash") };
}

/** Reads fields of one file; each refusal names the file and the field. */
class RecordReader {
  constructor(private readonly place: string) {}

  fail(problem: string, options?: ErrorOptions): never {
    throw new RecordFormatError(this.place, problem, options);
  }

  json(text: string): unknown {
    try {
      return JSON.parse(text);
    } catch (cause) {
      return this.fail("it is not JSON", { cause });
    }
  }

  fields(value: unknown, at: string, required: readonly string[], optional: readonly string[] = []): Fields {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return this.fail(`${at} is not an object`);
    const missing = required.find((key) => !(key in value));
    if (missing !== undefined) this.fail(`${at} lacks "${missing}"`);
    const unknown = Object.keys(value).find((key) => !required.includes(key) && !optional.includes(key));
    if (unknown !== undefined) this.fail(`${at} has the unknown key "${unknown}"`);
    return value as Fields; // an object, by the first check
  }

  each<T>(value: unknown, at: string, read: (value: unknown, at: string) => T): Record<string, T> {
    const keys = Object.keys(this.fields(value, at, [], Object.keys(value ?? {})));
    return Object.fromEntries(keys.map((key) => [key, read((value as Fields)[key], `${at}.${key}`)]));
  }

  text(value: unknown, at: string, form = /^[\x20-\x7e]{0,1000}$/): string {
    return typeof value === "string" && form.test(value) ? value : this.fail(`${at} has the wrong form`);
  }

  texts(value: unknown, at: string): string[] {
    return Array.isArray(value) ? value.map((entry) => this.text(entry, at)) : this.fail(`${at} is not a list`);
  }

  /** Texts, and lists of them one deep. */
  values(value: unknown, at: string): (string | string[])[] {
    if (!Array.isArray(value)) return this.fail(`${at} is not a list`);
    return value.map((entry, index) =>
      Array.isArray(entry) ? this.texts(entry, `${at}[${index}]`) : this.text(entry, at),
    );
  }

  address(value: unknown, at: string): string {
    return this.text(value, at, /^0x[0-9a-fA-F]{40}$/);
  }

  hash(value: unknown, at: string): string {
    return this.text(value, at, /^0x[0-9a-f]{64}$/);
  }

  count(value: unknown, at: string): bigint {
    return Number.isSafeInteger(value) && Number(value) >= 0
      ? BigInt(Number(value))
      : this.fail(`${at} is not a whole number`);
  }
}
