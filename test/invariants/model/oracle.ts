import { attestationLength, type Reporter } from "../../helpers/attestation";
import { ACCEPTED, type Refusal, refuse } from "./refusal";

export const MAX_LIFETIME = 7n * 86_400n;

/** Reporters of one config, and until when it counts. */
interface ModelConfig {
  reporters: readonly Reporter[];
  threshold: number;
  /** Unix seconds from which the config counts no more; undefined while it is the current one. */
  deadFrom?: bigint;
  revoked?: boolean;
}

/** Who signed a report, and under which terms. */
export interface SignedTerms {
  configVersion: bigint;
  deadline: bigint;
  /** Indexes in the mask, ascending. One signature stands for each. */
  signers: readonly number[];
  /** Whom each entry stands for: the address of who signed it, or the one written down. */
  entries: readonly string[];
}

/** The oracle's memory: configs, how many requests there are, and which are done. */
export class ModelOracle {
  readonly configs: ModelConfig[] = [];
  readonly done = new Set<bigint>();
  requestCount = 0n;

  constructor(readonly owner: string) {}

  /** The number of the current config; zero when there is none. */
  get current(): bigint {
    return BigInt(this.configs.findIndex(({ deadFrom }) => deadFrom === undefined) + 1);
  }

  isLive(configVersion: bigint, time: bigint): boolean {
    const config = this.config(configVersion);
    return config !== undefined && (config.deadFrom === undefined || time < config.deadFrom);
  }

  setConfig(
    by: string,
    reporters: readonly Reporter[],
    threshold: number,
    grace: bigint,
    time: bigint,
  ): Refusal | undefined {
    if (by !== this.owner) return refuse("OwnableUnauthorizedAccount", by);
    if (threshold < 1 || threshold > reporters.length) {
      return refuse("InferenceOracleBadThreshold", threshold, reporters.length);
    }
    if (grace > MAX_LIFETIME) return refuse("InferenceOracleGraceTooLong", grace, MAX_LIFETIME);
    for (const config of this.configs) {
      // The current config gets its grace; whatever lived on grace until now dies.
      config.deadFrom = config.deadFrom === undefined ? time + grace : minimum(config.deadFrom, time);
    }
    this.configs.push({ reporters, threshold });
    return ACCEPTED;
  }

  revoke(by: string, configVersion: bigint, time: bigint): Refusal | undefined {
    if (by !== this.owner) return refuse("OwnableUnauthorizedAccount", by);
    const config = this.config(configVersion);
    if (config === undefined || config.revoked === true) return refuse("InferenceOracleNotRevocable", configVersion);
    config.revoked = true;
    config.deadFrom = minimum(config.deadFrom ?? time, time);
    return ACCEPTED;
  }

  /** Why the result of a request is refused, if it is. */
  fulfill(requestId: bigint, terms: SignedTerms, time: bigint): Refusal | undefined {
    if (requestId < 1n || requestId > this.requestCount) {
      return refuse("InferenceOracleUnknownRequest", requestId, this.requestCount);
    }
    const dead = this.refusedConfig(terms, time);
    if (dead !== undefined) return dead;
    if (this.done.has(requestId)) return refuse("InferenceOracleAlreadyFulfilled", requestId);
    const refusal = this.refusedReport(terms, time);
    if (refusal === undefined) this.done.add(requestId);
    return refusal;
  }

  /** Why a report of an update is refused, if it is, before the collection is asked. */
  checkUpdate(terms: SignedTerms, time: bigint): Refusal | undefined {
    return this.refusedConfig(terms, time) ?? this.refusedReport(terms, time);
  }

  private config(configVersion: bigint): ModelConfig | undefined {
    return this.configs[Number(configVersion) - 1];
  }

  private refusedConfig({ configVersion }: SignedTerms, time: bigint): Refusal | undefined {
    return this.isLive(configVersion, time) ? ACCEPTED : refuse("InferenceOracleConfigNotLive", configVersion);
  }

  private refusedReport(terms: SignedTerms, time: bigint): Refusal | undefined {
    const { deadline, signers, entries, configVersion } = terms;
    if (deadline < time) return refuse("InferenceOracleReportExpired", deadline, time);
    const latest = time + MAX_LIFETIME;
    if (deadline > latest) return refuse("InferenceOracleReportTooLong", deadline, latest);
    const { reporters, threshold } = this.config(configVersion) ?? { reporters: [], threshold: 0 };
    const expectedLength = attestationLength(threshold, reporters.length - threshold);
    const length = attestationLength(signers.length, entries.length - signers.length);
    if (length !== expectedLength) return refuse("InferenceOracleBadAttestationLength", expectedLength, length);
    return refusedEntry(terms, reporters);
  }
}

/** The first entry that does not stand for its reporter. No two of the lengths that are sent belong to other numbers. */
function refusedEntry({ signers, entries }: SignedTerms, reporters: readonly Reporter[]): Refusal | undefined {
  const index = reporters.findIndex(({ address }, place) => address !== entries[place]);
  if (index === -1) return ACCEPTED;
  const error = signers.includes(index) ? "InferenceOracleInvalidSignature" : "InferenceOracleWrongReporter";
  return refuse(error, index, reporters[index]?.address, entries[index]);
}

function minimum(left: bigint, right: bigint): bigint {
  return left < right ? left : right;
}
