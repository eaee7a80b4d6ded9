import { Agreement, type AskedLived, Delivery, type LifeEvent, RequestOutcome, resultStatusName } from "ainft-core";
import { formatEther, ZeroAddress } from "ethers";
import { withChain } from "../chain.ts";
import { wholeNumber } from "../inputs.ts";
import { followLife, type Moment, momentOf, type ToldEvent } from "../life.ts";
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
    const { verdicts } = await followLife(provider, settings, moment, (lived) => teller.tell(lived));
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
  tell(lived: ToldEvent): void;
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
    tell: ({ block: number, transaction, event }) => {
      const { kind, collection: _collection, tokenId: _token, ...fields } = named(event);
      io.out(`${before}${toJson({ block: number, transaction, event: kind, ...fields }, 0)}`);
      before = ",";
    },
    end: (verified) => io.out(`${before === "," ? "" : before}],"verified":${verified}}`),
  };
}

/** The numbers that the oracle gives things, by their names. */
function named(event: ToldEvent["event"]): Pick<ToldEvent["event"], "kind" | "collection" | "tokenId"> {
  switch (event.kind) {
    case "request": {
      const { delivery, agreement, outcome } = event;
      const names = { delivery: nameIn(Delivery, delivery), agreement: nameIn(Agreement, agreement) };
      return { ...event, ...names, ...{ outcome: nameIn(RequestOutcome, outcome) } };
    }
    case "result":
    case "batched-result":
      return { ...event, ...{ status: resultStatusName(event.status) } };
    case "order":
    case "closing":
      return { ...event, ...{ outcome: nameIn(RequestOutcome, event.outcome) } };
    default:
      return event;
  }
}

function nameIn(names: Readonly<Record<string, number>>, value: number): string {
  return Object.keys(names).find((name) => names[name] === value) ?? String(value);
}

function sentenceOf(event: LifeEvent | AskedLived["event"]): string {
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
    case "request":
      return `request ${event.requestId} asked  by ${event.requester}`;
    case "result":
      return `request ${event.requestId} ended  ${resultStatusName(event.status)}, result ${event.resultDigest}, for ${event.requester}`;
    case "batched-result":
      return `request ${event.requestId} ended  ${resultStatusName(event.status)}, answer hash ${event.answerHash}, for ${event.requester}`;
    case "order":
      return `order ${event.requestId} opened  ${feeOf(event)}, by ${event.requester}`;
    case "closing":
      return `order ${event.requestId} closed  ${feeOf(event)} ${event.outcome === RequestOutcome.ANSWERED ? "paid out" : "given back"}`;
  }
}

/** A token's text about itself is not believed: amounts are in its smallest unit. */
function feeOf({ currency, amount }: { readonly currency: string; readonly amount: bigint }): string {
  return currency === ZeroAddress ? `${formatEther(amount)} ETH` : `${amount} of ${currency}`;
}
