import type { Answer, Question } from "../../domain/protocol.ts";
import type { Program } from "../../domain/program.ts";
import type { Clock, Logger, RunFacts, Runner } from "../../ports/system.ts";
import { type ChainMetrics, outcomeOf } from "./metrics.ts";

/** A runner whose runs are timed. */
export class MeteredRunner implements Runner {
  readonly #runner: Runner;
  readonly #clock: Clock;
  readonly #metrics: ChainMetrics;

  constructor(runner: Runner, clock: Clock, metrics: ChainMetrics) {
    this.#runner = runner;
    this.#clock = clock;
    this.#metrics = metrics;
  }

  async run(
    program: Program,
    question: Question,
    modelDir: string,
    signal: AbortSignal,
  ): Promise<Answer & { facts: RunFacts }> {
    const begin = this.#clock.now();
    try {
      const answer = await this.#runner.run(program, question, modelDir, signal);
      this.#metrics.run(this.#clock.now() - begin, "answered");
      return answer;
    } catch (error) {
      this.#metrics.run(this.#clock.now() - begin, outcomeOf(error));
      throw error;
    }
  }

  async cleanUp(): Promise<void> {
    await this.#runner.cleanUp();
  }
}

/** A logger whose errors are counted. */
export function meteredLogger(log: Logger, metrics: ChainMetrics): Logger {
  return {
    debug: (message, fields) => log.debug(message, fields),
    info: (message, fields) => log.info(message, fields),
    warn: (message, fields) => log.warn(message, fields),
    error: (message, fields) => {
      metrics.failed();
      log.error(message, fields);
    },
  };
}
