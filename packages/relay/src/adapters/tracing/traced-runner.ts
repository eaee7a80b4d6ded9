import type { Program } from "../../domain/program.ts";
import type { Answer, Question } from "../../domain/protocol.ts";
import type { RunFacts, Runner } from "../../ports/system.ts";
import type { RequestTracer } from "./request-tracer.ts";

/** A runner whose runs are parts of the step that asks for them. */
export class TracedRunner implements Runner {
  readonly #runner: Runner;
  readonly #tracer: RequestTracer;

  constructor(runner: Runner, tracer: RequestTracer) {
    this.#runner = runner;
    this.#tracer = tracer;
  }

  async run(
    program: Program,
    question: Question,
    modelDir: string,
    signal: AbortSignal,
  ): Promise<Answer & { facts: RunFacts }> {
    const { image, protocol } = program.container;
    const attributes = { "ainft.container.image": image, "ainft.container.protocol": protocol };
    return this.#tracer.part("run", attributes, async () => this.#runner.run(program, question, modelDir, signal));
  }

  async cleanUp(): Promise<void> {
    await this.#runner.cleanUp();
  }
}
