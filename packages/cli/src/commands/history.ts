import type { LifeEvent, LivedEvent } from "ainft-core";
import { withChain } from "../chain.ts";
import { wholeNumber } from "../inputs.ts";
import { followLife, type Moment, momentOf } from "../life.ts";
import { type Outcome, verdict } from "../outcome.ts";
import type { Settings } from "../settings.ts";
import { harmless, toJson } from "../text.ts";

/**
 * A token's life, an event a line, and whether the chain agrees with it in the end. Every line is told as it is read,
 * so that a long life needs no more memory than a short one.
 */
export async function history(settings: Settings, [token = ""]: readonly string[]): Promise<Outcome> {
  const tokenId = wholeNumber(token, "token", 256);
  return withChain(settings, async (provider) => {
    const moment = await momentOf(provider, settings, tokenId);
    const teller = settings.flag("json") ? jsonTeller(settings, moment) : lineTeller(settings);
    const life = await followLife(provider, settings, moment, (lived) => teller.tell(lived));
    const verdicts = life.compare(moment.program);
    const failed = verdicts.filter(({ agrees }) => !agrees).map(({ aspect, detail }) => `${aspect} (${detail})`);
    const ok = failed.length === 0;
    teller.end(ok);
    return {
      ...verdict(ok, [], {}, `the chain at block ${moment.block} does not agree: ${failed.join(", ")}.`),
      told: true,
    };
  });
}

/** Tells as it goes. */
interface Teller {
  tell(lived: LivedEvent): void;
  end(verified: boolean): void;
}

function lineTeller({ io, node }: Settings): Teller {
  let count = 0;
  return {
    tell: ({ block, event }) => {
      count += 1;
      io.out(harmless(`block ${String(block).padEnd(9)} ${sentenceOf(event)}`));
    },
    end: (ok) => io.out(`${ok ? "yes" : "NO "}  ${count} events, ${ok ? "" : "not "}as the chain has it; node ${node}`),
  };
}

/** One document, written piece by piece. */
function jsonTeller({ io }: Settings, { collection, tokenId, block }: Moment): Teller {
  let before = `{"collection":${toJson(collection)},"tokenId":${toJson(tokenId)},"block":${block},"events":[\n`;
  return {
    tell: ({ block: number, transaction, event: { kind, collection: _collection, tokenId: _token, ...fields } }) => {
      io.out(`${before}${toJson({ block: number, transaction, event: kind, ...fields }, 0)}`);
      before = ",";
    },
    end: (verified) => io.out(`${before === "," ? "" : before}],"verified":${verified}}`),
  };
}

function sentenceOf(event: LifeEvent): string {
  switch (event.kind) {
    case "version":
      return `version ${event.version} published  ${event.manifestDigest}`;
    case "activation":
      return `version ${event.version} activated  by ${event.actor}, after version ${event.previousVersion}`;
    case "retirement":
      return `version ${event.version} retired  ${event.reasonDigest}`;
    case "record":
      return `training ${event.index} recorded  by ${event.record.contributor}`;
    case "leaves":
      return `${event.leaves.length} trainings from ${event.firstIndex} recorded by hash  by ${event.contributor}`;
    case "update":
      return `state ${event.sequence}  ${event.stateDigest}`;
    case "lock":
      return event.locked ? "locked  by a dispute" : "unlocked";
    case "freeze":
      return `frozen  by ${event.actor}`;
  }
}
