import { PermanentError } from "../errors.ts";

/** A log is of no event of a program's life, or does not have that event's shape. */
export class NotALifeLog extends PermanentError {
  override readonly code = "NOT_A_LIFE_LOG";
  /** First topic of the log; undefined for an anonymous event. */
  readonly topic: string | undefined;

  constructor(topic: string | undefined, options?: ErrorOptions) {
    super(`Log ${topic ?? "without topics"} is of no event of a program's life. Filter by LIFE_TOPICS.`, options);
    this.topic = topic;
  }
}

/** A node answered logs that were not asked for, twice, or in a wrong order. */
export class StrangeLogs extends PermanentError {
  override readonly code = "STRANGE_LOGS";
  readonly reason: string;

  constructor(reason: string) {
    super(`The node's logs can't be believed: ${reason}.`);
    this.reason = reason;
  }
}

/** A node answers fewer blocks at once. What a {@link LogSource} throws to be asked for fewer: the same question has no answer. */
export class TooManyLogs extends PermanentError {
  override readonly code = "TOO_MANY_LOGS";

  constructor(fromBlock: bigint, toBlock: bigint, options?: ErrorOptions) {
    super(`The node does not answer the logs of blocks ${fromBlock} to ${toBlock} at once.`, options);
  }
}
