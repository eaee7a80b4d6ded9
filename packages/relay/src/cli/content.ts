import { join } from "node:path";
import { FetchingContentStore } from "../adapters/content/fetching-store.ts";
import { KuboSource } from "../adapters/content/kubo-source.ts";
import { S3Source } from "../adapters/content/s3-source.ts";
import type { ContentSource } from "../adapters/content/source.ts";
import { readSecret } from "../adapters/signer/keys.ts";
import type { ContentSourceConfig } from "../config/content.ts";
import type { RelayConfig } from "../config/schema.ts";
import type { Logger } from "../ports/system.ts";

/** The content folder and the stores behind it. Throws `SecretUnavailable`. */
export function makeContent({ content, dataDir }: RelayConfig, log: Logger): FetchingContentStore {
  const sources = content.sources.map((config) => ({ source: makeSource(config), publish: config.publish }));
  return new FetchingContentStore({
    dir: content.dir,
    models: join(dataDir, "models"),
    sources: sources.map(({ source }) => source),
    published: sources.flatMap(({ source, publish }) => (publish ? [source] : [])),
    log,
  });
}

function makeSource(config: ContentSourceConfig): ContentSource {
  const { env } = process;
  if (config.type === "ipfs") {
    const { url, tokenEnv, timeoutMs } = config;
    return new KuboSource({ url, timeoutMs, token: tokenEnv === undefined ? undefined : readSecret(env, tokenEnv) });
  }
  const { keyIdEnv, secretEnv, url, region, bucket, prefix, timeoutMs } = config;
  const credentials = { keyId: readSecret(env, keyIdEnv), secret: readSecret(env, secretEnv), region };
  return new S3Source({ url, bucket, prefix, timeoutMs, ...credentials });
}
