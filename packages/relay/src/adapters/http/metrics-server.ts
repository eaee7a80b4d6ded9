import fastify from "fastify";
import { HttpAddressUnusable } from "./server.ts";

/** Serves one page to whoever gathers figures; apart from the public server, since balances are nobody else's business. */
export async function serveMetrics(
  write: () => Promise<string>,
  contentType: string,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<{ close(): Promise<void> }> {
  const app = fastify({ logger: false });
  app.get("/metrics", async (_request, reply) => reply.type(contentType).send(await write()));
  try {
    await app.listen({ host, port });
  } catch (cause) {
    throw new HttpAddressUnusable(host, port, { cause });
  }
  return { close: async () => app.close() };
}
