import type { LogDescription } from "ethers";
import { withChain } from "../chain.ts";
import { wholeNumber } from "../inputs.ts";
import { type LifeEvent, readLife } from "../life.ts";
import { type Outcome, outcome } from "../outcome.ts";
import type { Settings } from "../settings.ts";

/** A token's life, an event a line. */
export async function history(settings: Settings, [token = ""]: readonly string[]): Promise<Outcome> {
  const tokenId = wholeNumber(token, "token", 256);
  return withChain(settings, async (provider) => {
    const { events } = await readLife(provider, settings, tokenId);
    const entries = events.map(({ block, transaction, event }) => ({
      block,
      transaction,
      event: event.name,
      ...fieldsOf(event),
    }));
    return outcome(events.map(lineOf), { collection: settings.collection, tokenId, events: entries });
  });
}

function fieldsOf(event: LogDescription): Record<string, unknown> {
  return Object.fromEntries(event.fragment.inputs.map(({ name }) => [name, plainValue(event.args.getValue(name))]));
}

function plainValue(value: unknown): unknown {
  return Array.isArray(value) ? value.map(plainValue) : value;
}

function lineOf({ block, event }: LifeEvent): string {
  return `block ${String(block).padEnd(9)} ${sentenceOf(event)}`;
}

function sentenceOf({ name, args }: LogDescription): string {
  const field = (key: string): string => String(args.getValue(key));
  switch (name) {
    case "VersionPublished":
      return `version ${field("version")} published  ${field("manifestDigest")}`;
    case "VersionActivated":
      return `version ${field("version")} activated  by ${field("actor")}, after version ${field("previousVersion")}`;
    case "TrainingRecorded":
      return `training ${field("index")} recorded  by ${field("contributor")}`;
    case "TrainingLeavesRecorded":
      return `trainings from ${field("firstIndex")} recorded by hash  by ${field("contributor")}`;
    case "StateUpdated":
      return `state ${field("sequence")}  ${field("stateDigest")}`;
    default:
      return `frozen  by ${field("actor")}`;
  }
}
