import type { Bytes32 } from "ainft-core";
import { type ActivityEvent, ActivityRefused, type SignedGrant } from "../domain/activity.ts";
import type { ActivityIntake } from "./activity-intake.ts";
import type { FailedEvent } from "./activity-runner.ts";
import type { Context } from "./context.ts";

/** An event whose grant counts. */
export interface StandingEvent {
  readonly event: ActivityEvent;
  readonly grant: SignedGrant;
}

/**
 * Parts events whose grant counts now from those whose grant has ended. The latter come to nothing whatever the token's
 * program is, so that nothing has to be had of it for them.
 */
export async function byStanding(
  { store }: Context,
  intake: ActivityIntake,
  events: readonly ActivityEvent[],
): Promise<{ readonly standing: readonly StandingEvent[]; readonly ended: readonly FailedEvent[] }> {
  const grants = new Map<Bytes32, SignedGrant | ActivityRefused>();
  const standing: StandingEvent[] = [];
  const ended: FailedEvent[] = [];
  for (const event of events) {
    const grant = grants.get(event.grant) ?? (await standingGrant(await store.activity.grant(event.grant), intake));
    grants.set(event.grant, grant);
    if (grant instanceof ActivityRefused) ended.push(refusedEvent(event, grant));
    else standing.push({ event, grant });
  }
  return { standing, ended };
}

/** What becomes of an event that is refused. */
export function refusedEvent(event: ActivityEvent, { status, message }: ActivityRefused): FailedEvent {
  return { event, state: status === 403 ? "DROPPED" : "FAILED", note: message };
}

/** The grant, or why it does not count. */
async function standingGrant(
  grant: SignedGrant | null,
  intake: ActivityIntake,
): Promise<SignedGrant | ActivityRefused> {
  if (grant === null) return new ActivityRefused(404, "the grant is not known here");
  try {
    await intake.checkStanding(grant);
    return grant;
  } catch (error) {
    if (error instanceof ActivityRefused) return error;
    throw error;
  }
}
