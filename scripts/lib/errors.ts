/**
 * Failures of the scripts. The two roots are those of `ainft-core` in meaning; they are declared again here because
 * Hardhat loads `scripts/lib` before any package is built.
 */
export abstract class ScriptError extends Error {
  /** Upper-case identifier for logs and machines. */
  abstract readonly code: string;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** The same command may succeed later without anybody changing anything. */
export abstract class RetryableError extends ScriptError {}

/** The same command fails for ever: an argument, a record or the code has to change first. */
export abstract class PermanentError extends ScriptError {}
