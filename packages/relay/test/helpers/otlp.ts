import { createServer, type Server } from "node:http";
import { gunzipSync } from "node:zlib";

/** A span as it came in. */
export interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Milliseconds that it took. */
  readonly ms: number;
  /** 2 for an error. */
  readonly status: number;
}

/** OTLP JSON, as much of it as tests look at. */
interface Body {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] };
    readonly scopeSpans: readonly { readonly spans: readonly RawSpan[] }[];
  }[];
}

interface Attribute {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}

interface RawSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly attributes: readonly Attribute[];
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly status: { readonly code?: number };
}

/** Takes traces over OTLP/HTTP on loopback, as a collector does. */
export class OtlpReceiver {
  readonly url: string;
  readonly spans: ReceivedSpan[] = [];
  readonly resources: Readonly<Record<string, string>>[] = [];
  /** Everything that came in, as it came. */
  bodies = "";
  /** What requests are answered with. */
  status = 200;
  headers: NodeJS.Dict<string | string[]> = {};
  readonly #server: Server;

  private constructor(server: Server, port: number) {
    this.#server = server;
    this.url = `http://127.0.0.1:${port}`;
  }

  static async start(): Promise<OtlpReceiver> {
    const server = createServer();
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("The system gave no port.");
    const receiver = new OtlpReceiver(server, address.port);
    server.on("request", (request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const bytes = Buffer.concat(chunks);
        const body = request.headers["content-encoding"] === "gzip" ? gunzipSync(bytes) : bytes;
        receiver.headers = request.headers;
        if (request.url === "/v1/traces" && receiver.status === 200) receiver.#take(body.toString("utf8"));
        response.writeHead(receiver.status, { "Content-Type": "application/json" }).end("{}");
      });
    });
    return receiver;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }

  #take(body: string): void {
    this.bodies += body;
    for (const { resource, scopeSpans } of (JSON.parse(body) as Body).resourceSpans) {
      this.resources.push(plain(resource.attributes));
      for (const span of scopeSpans.flatMap(({ spans }) => spans)) this.spans.push(received(span));
    }
  }
}

function received(span: RawSpan): ReceivedSpan {
  const { traceId, spanId, name, status } = span;
  const nanoseconds = BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano);
  return {
    traceId,
    spanId,
    parentSpanId: span.parentSpanId,
    name,
    attributes: plain(span.attributes),
    ms: Number(nanoseconds / 1_000_000n),
    status: status.code ?? 0,
  };
}

function plain(attributes: readonly Attribute[]): Record<string, string> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, String(Object.values(value)[0])]));
}
