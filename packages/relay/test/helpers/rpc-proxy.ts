import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { freePort } from "./time.ts";

/** What a node may do to a request instead of answering it as it should. */
export type Fault =
  | { readonly kind: "status"; readonly status: number; readonly body?: string }
  | { readonly kind: "body"; readonly body: string }
  | { readonly kind: "error"; readonly code: number; readonly message: string; readonly data?: unknown }
  | { readonly kind: "result"; readonly result: unknown }
  | { readonly kind: "hang" }
  /** Carries the request out, and then does something else than telling. */
  | { readonly kind: "carried-out"; readonly then: Fault };

/** Decides what happens to a request; undefined lets it through. */
export type FaultPlan = (method: string, params: readonly unknown[]) => Fault | undefined;

interface RpcRequest {
  readonly id: unknown;
  readonly method: string;
  readonly params: readonly unknown[];
}

/** Stands between a relay and its node, and breaks what it is told to break. */
export class RpcProxy {
  /** What happens to the next requests. */
  plan: FaultPlan = () => undefined;
  /** Faults that struck so far. */
  struck = 0;
  readonly url: string;
  readonly #target: string;
  readonly #server: Server;

  private constructor(target: string, port: number) {
    this.#target = target;
    this.url = `http://127.0.0.1:${port}`;
    this.#server = createServer((request, response) => {
      this.#serve(request, response).catch(() => response.destroy());
    });
  }

  static async open(target: string): Promise<RpcProxy> {
    const port = await freePort();
    const proxy = new RpcProxy(target, port);
    await new Promise<void>((done) => proxy.#server.listen(port, "127.0.0.1", done));
    return proxy;
  }

  /** Does something to the next requests of a method, then lets all through. */
  next(method: string, times: number, fault: Fault): void {
    let left = times;
    this.plan = (asked) => (asked === method && (left -= 1) >= 0 ? fault : undefined);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const body = Buffer.concat(parts).toString("utf8");
    const asked = JSON.parse(body) as RpcRequest;
    const fault = this.plan(asked.method, asked.params);
    if (fault === undefined) {
      response.writeHead(200, { "content-type": "application/json" }).end(await this.#forward(body));
      return;
    }
    this.struck += 1;
    await this.#strike(fault, asked, body, response);
  }

  async #strike(fault: Fault, asked: RpcRequest, body: string, response: ServerResponse): Promise<void> {
    const json = (answer: object): void => {
      response.writeHead(200, { "content-type": "application/json" });
      response.end(JSON.stringify({ jsonrpc: "2.0", id: asked.id, ...answer }));
    };
    switch (fault.kind) {
      case "hang":
        return; // the relay hangs up when its time is over
      case "status":
        response.writeHead(fault.status).end(fault.body ?? "");
        return;
      case "body":
        response.writeHead(200, { "content-type": "application/json" }).end(fault.body);
        return;
      case "error":
        json({ error: { code: fault.code, message: fault.message, data: fault.data } });
        return;
      case "result":
        json({ result: fault.result });
        return;
      case "carried-out":
        await this.#forward(body);
        await this.#strike(fault.then, asked, body, response);
    }
  }

  async #forward(body: string): Promise<string> {
    const answer = await fetch(this.#target, { method: "POST", headers: { "content-type": "application/json" }, body });
    return answer.text();
  }
}
