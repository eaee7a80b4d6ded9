import type { AnswerStory } from "../lib/answer";

/** How the answer was computed, as the relays tell it: shown, never trusted. */
export interface Execution {
  /** `podman 4.3.1`, or `a plain process`. */
  readonly runner: string;
  /** Image digest that the engine says it ran; undefined without an engine. */
  readonly imageDigest: string | undefined;
}

/** The story in plain lines: what happened, where to look, and whether it checks. */
export function tellStory(story: AnswerStory, execution: Execution, image: string): string[] {
  const width = Math.max(...story.checks.map(({ name }) => name.length));
  return [
    "The story",
    line("token", `#${story.tokenId} of ${story.collection}`),
    line("active version", `${story.activeVersion}: ${story.manifestDigest}`),
    line("token URI", story.tokenUri),
    line("asked by", story.requester),
    line("question", story.input),
    line("answer", story.output),
    line("computed by", execution.runner),
    line("image in manifest", image),
    line("image that ran", execution.imageDigest ?? "none: the program ran as a plain process"),
    line("result digest", story.resultDigest),
    line("state before", story.stateBefore),
    line("state after", `${story.stateAfter} (sequence ${story.sequence})`),
    line("signed by", story.signers.join(", ")),
    line("gas paid", `${story.gas.request} to ask, ${story.gas.fulfil} to answer, ${story.gas.update} to update`),
    "",
    "Checked again from chain data alone",
    ...story.checks.map(
      ({ name, ok, detail }) => `  ${ok ? "ok      " : "MISMATCH"}  ${name.padEnd(width)}  ${detail}`,
    ),
  ];
}

function line(label: string, value: string): string {
  return `  ${label.padEnd(18)}${value}`;
}
