/** What every failure of the suite carries: a stable code for logs and machines, and the cause when there is one. */
export abstract class AinftError extends Error {
  /** Upper-case identifier that survives renames and minifiers. Match on this or on the class, never on the message. */
  abstract readonly code: string;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** The same call may succeed later without anybody changing anything: a time-out, a lost connection, a busy node. */
export abstract class RetryableError extends AinftError {}

/** The same call fails for ever: the input, the configuration or the code has to change first. */
export abstract class PermanentError extends AinftError {}
