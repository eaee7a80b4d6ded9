import type { RelayConfig, SignerConfig } from "./schema.ts";

/**
 * The configuration as it may be shown: secrets are only ever named in it, but an RPC address can carry a key in its
 * user part, path or query, so only its origin is left.
 */
export function redactConfig(config: RelayConfig): unknown {
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
