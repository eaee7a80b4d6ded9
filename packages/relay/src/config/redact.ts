import { OWN_PARTS, type RelayConfigs } from "./chains.ts";
import type { RelayConfig, SignerConfig } from "./schema.ts";

/** Configurations as they may be shown: that of one chain, or what several share and then each of them. */
export function redactConfigs(configs: RelayConfigs): unknown {
  const [first, ...more] = configs;
  if (more.length === 0) return redactConfig(first);
  const parts = (config: RelayConfig, own: boolean): [string, unknown][] =>
    Object.entries(redactConfig(config)).filter(([key]) => key !== "chain" && OWN_PARTS.includes(key) === own);
  const chains = configs.map((config) => ({
    ...redactConfig(config).chain,
    ...Object.fromEntries(parts(config, true)),
  }));
  return { chains, ...Object.fromEntries(parts(first, false)) };
}

/**
 * The configuration as it may be shown: secrets are only ever named in it, but an RPC address can carry a key in its
 * user part, path or query, so only its origin is left.
 */
function redactConfig(config: RelayConfig): Record<string, unknown> & { readonly chain: object } {
  const { chain } = config;
  return {
    ...config,
    chain: { ...chain, id: Number(chain.id), startBlock: Number(chain.startBlock), rpcUrl: redactUrl(chain.rpcUrl) },
    peers: config.peers.map(redactUrl),
    content: {
      ...config.content,
      sources: config.content.sources.map((source) => ({ ...source, url: redactUrl(source.url) })),
    },
    signer: redactSigner(config.signer),
    transmitter: { ...config.transmitter, signer: redactSigner(config.transmitter.signer) },
  };
}

/** An address without anything that could be a secret. */
export function redactUrl(url: string): string {
  const { origin, pathname, search, username } = new URL(url);
  const bare = pathname === "/" && search === "" && username === "";
  return bare ? origin : `${origin}/[redacted]`;
}

function redactSigner(signer: SignerConfig | undefined): SignerConfig | undefined {
  return signer?.type === "remote" ? { ...signer, url: redactUrl(signer.url) } : signer;
}
