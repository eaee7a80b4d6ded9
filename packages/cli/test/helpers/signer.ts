import { type HDNodeWallet, Transaction, type TransactionLike, type TypedDataField } from "ethers";
import { bodyOf, listen, type TestServer } from "./servers.ts";

/** An error as JSON-RPC tells it. */
export class RpcRefusal extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

type Method = (params: readonly unknown[]) => unknown;

/** A signer that listens on loopback. */
export interface TestSigner extends TestServer {
  /** What it was asked, in order. */
  readonly asked: string[];
  /** Values of the `Authorization` header that came. */
  readonly authorized: Set<string | undefined>;
}

/** Speaks JSON-RPC in the methods that it knows; a method that throws an {@link RpcRefusal} answers it. */
export async function startSigner(methods: Readonly<Record<string, Method>>): Promise<TestSigner> {
  const asked: string[] = [];
  const authorized = new Set<string | undefined>();
  const server = await listen((request, response) => {
    authorized.add(request.headers.authorization);
    const answered = bodyOf(request).then(async (body) => {
      const { id, method, params } = JSON.parse(body.toString("utf8")) as {
        id: number;
        method: string;
        params: unknown[];
      };
      asked.push(method);
      const answer = await answerOf(methods[method], method, params);
      response.end(JSON.stringify({ jsonrpc: "2.0", id, ...answer }));
    });
    answered.catch(() => response.destroy());
  });
  return { ...server, asked, authorized };
}

async function answerOf(method: Method | undefined, name: string, params: readonly unknown[]): Promise<object> {
  if (method === undefined) return { error: { code: -32_601, message: `the method ${name} does not exist` } };
  try {
    return { result: await method(params) };
  } catch (error) {
    if (!(error instanceof RpcRefusal)) throw error;
    return { error: { code: error.code, message: error.message } };
  }
}

/** Signs what it is asked for, or what a change makes of it. */
export function signed(wallet: HDNodeWallet, change: (asked: TransactionLike) => TransactionLike): Method {
  return ([call]) => {
    const { from: _from, gas, ...others } = call as Record<string, string>;
    const asked = { ...others, gasLimit: gas ?? "0x0", type: Number(others["type"]), nonce: Number(others["nonce"]) };
    const transaction = Transaction.from(change(asked));
    transaction.signature = wallet.signingKey.sign(transaction.unsignedHash);
    return transaction.serialized;
  };
}

interface Payload {
  readonly domain: object;
  readonly types: Record<string, TypedDataField[]>;
  readonly message: Record<string, unknown>;
}

/** Signs typed data, and must be told the account that it has. */
export function signedTypedData(wallet: HDNodeWallet, read: (given: unknown) => Payload): Method {
  return async ([account, given]) => {
    if (account !== wallet.address) throw new RpcRefusal(-32_000, "unknown account");
    const { domain, types, message } = read(given);
    const { EIP712Domain: _domain, ...others } = types;
    return wallet.signTypedData(domain, others, message);
  };
}
