import { PermanentError } from "ainft-core";

/** Something about the configuration or its surroundings makes the relay refuse to start. */
export abstract class StartRefused extends PermanentError {}

/** The configuration file cannot be read, or is no JSON that can be trusted (a duplicate key, for one). */
export class ConfigUnreadable extends StartRefused {
  override readonly code = "CONFIG_UNREADABLE";
  readonly file: string;

  constructor(file: string, problem: string, options?: ErrorOptions) {
    super(`Configuration file ${file} cannot be read: ${problem}`, options);
    this.file = file;
  }
}

/** The configuration holds a key that the relay does not know: most often a misspelt one. */
export class UnknownConfigKey extends StartRefused {
  override readonly code = "UNKNOWN_CONFIG_KEY";
  /** Dotted path of the key, such as `chain.pollms`. */
  readonly key: string;

  constructor(key: string) {
    super(`Configuration key "${key}" is unknown. Remove it or check its spelling against the README.`);
    this.key = key;
  }
}

/** A value of the configuration is missing or out of bounds. */
export class InvalidConfigValue extends StartRefused {
  override readonly code = "INVALID_CONFIG_VALUE";
  readonly key: string;

  constructor(key: string, problem: string) {
    super(`Configuration value "${key}" is refused: ${problem}.`);
    this.key = key;
  }
}

/** The configuration uses what is meant for tests on a chain that is not local. */
export class LocalOnlySetting extends StartRefused {
  override readonly code = "LOCAL_ONLY_SETTING";
  readonly setting: string;
  readonly chainId: bigint;

  constructor(setting: string, chainId: bigint) {
    super(`"${setting}" is for local chains only, and chain ${chainId} is not one. Use what the README names instead.`);
    this.setting = setting;
    this.chainId = chainId;
  }
}

/** Several chains are configured, and it is not said which one is meant; or one is meant that is not configured. */
export class ChainNotChosen extends StartRefused {
  override readonly code = "CHAIN_NOT_CHOSEN";
  /** Those that could be. */
  readonly chains: readonly string[];

  constructor(problem: string, chains: readonly string[]) {
    super(`Which chain is meant: ${problem}. Choose by --chain from ${chains.join(", ")}.`);
    this.chains = chains;
  }
}

/** A secret that the configuration points at is absent or unusable. The secret itself is never in the message. */
export class SecretUnavailable extends StartRefused {
  override readonly code = "SECRET_UNAVAILABLE";
  /** What was looked for: a variable's name or a file's path. */
  readonly source: string;

  constructor(source: string, problem: string, options?: ErrorOptions) {
    super(`Secret from ${source} cannot be used: ${problem}.`, options);
    this.source = source;
  }
}
