import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../helpers/time.ts";

/** What a node can do to a relay. */
export type Fault =
  | "none"
  /** Answers late. */
  | "slow"
  /** Answers HTTP 503 or a JSON-RPC error. */
  | "failing"
  /** Says that no event happened. */
  | "hides-events"
  /** Knows no block after one that it had a while ago. */
  | "stale"
  /** Takes transactions and forgets them. */
  | "drops-sends"
  /** Takes transactions, and says that it did not. */
  | "denies-sends";

export const FAULTS: readonly Fault[] = ["slow", "failing", "hides-events", "stale", "drops-sends", "denies-sends"];

interface Call {
  readonly id: unknown;
  readonly method: string;
  readonly params?: readonly unknown[];
}

const SLOW_MS = 700;
const ANY_HASH = `0x${"5a".repeat(32)}`;

/** A JSON-RPC node in front of the real one, which misbehaves as it is told. */
export class FaultProxy {
  fault: Fault = "none";
  readonly url: string;
  readonly #target: string;
  readonly #server: Server;
  #staleHead: string | null = null;
  #turn = 0;

  private constructor(target: string, port: number) {
    this.#target = target;
    this.url = `http://127.0.0.1:${port}`;
    this.#server = createServer((request, response) => {
      this.#serve(request, response).catch(() => response.destroy());
    });
    this.#server.listen(port, "127.0.0.1");
  }

  static async open(target: string): Promise<FaultProxy> {
    return new FaultProxy(target, await freePort());
  }

  set(fault: Fault): void {
    this.fault = fault;
    this.#staleHead = null;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = "";
    for await (const part of request) body += String(part);
    const call = JSON.parse(body) as Call;
    const { status, answer } = await this.#answer(call, body);
    response.writeHead(status, { "content-type": "application/json" }).end(answer);
  }

  async #answer(call: Call, body: string): Promise<{ status: number; answer: string }> {
    const ok = (result: unknown): { status: number; answer: string } => ({
      status: 200,
      answer: JSON.stringify({ jsonrpc: "2.0", id: call.id, result }),
    });
    const isSend = call.method === "eth_sendRawTransaction";
    if (this.fault === "slow") await sleep(SLOW_MS);
    if (this.fault === "failing") return this.#fail(call);
    if (this.fault === "hides-events" && call.method === "eth_getLogs") return ok([]);
    if (this.fault === "drops-sends" && isSend) return ok(ANY_HASH);
    const answer = await this.#forward(body);
    if (this.fault === "denies-sends" && isSend) return this.#fail(call);
    if (this.fault === "stale" && call.method === "eth_getBlockByNumber" && call.params?.[0] === "latest") {
      this.#staleHead ??= answer;
      const { result } = JSON.parse(this.#staleHead) as { result: unknown };
      return ok(result);
    }
    return { status: 200, answer };
  }

  #fail({ id }: Call): { status: number; answer: string } {
    this.#turn += 1;
    if (this.#turn % 2 === 0) return { status: 503, answer: "<html>too busy</html>" };
    const error = { code: -32_005, message: "limit exceeded" };
    return { status: 200, answer: JSON.stringify({ jsonrpc: "2.0", id, error }) };
  }

  async #forward(body: string): Promise<string> {
    const headers = { "content-type": "application/json" };
    return (await fetch(this.#target, { method: "POST", headers, body })).text();
  }
}
