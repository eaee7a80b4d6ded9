import type { ProgramWorld } from "../helpers/programs";
import { behavesLikeProgramWithAccess } from "./access.behavior";
import { behavesLikeControlledProgram } from "./authority.behavior";
import { behavesLikeCollectionSettings } from "./collection-settings.behavior";
import { behavesLikeDisputedCollection } from "./disputes.behavior";
import { behavesLikeOracleLink } from "./oracle-link.behavior";
import { behavesLikeRenderedCollection } from "./renderer.behavior";
import { behavesLikeRoyaltyPayer } from "./royalties.behavior";
import { behavesLikeSignedState } from "./state.behavior";
import { behavesLikeTrainingBatches } from "./training-batch.behavior";
import { behavesLikeTrainingBatchConsent } from "./training-batch-consent.behavior";
import { behavesLikeTrainingConsent } from "./training-consent.behavior";
import { behavesLikeGrowingLog } from "./training-growth.behavior";
import { behavesLikeTrainingByKeys } from "./training-keys.behavior";
import { behavesLikeTrainingLog } from "./training.behavior";
import { behavesLikeTraits } from "./traits.behavior";
import { behavesLikeVersions } from "./versions.behavior";

/**
 * Everything that `IAINFT` promises, whatever keeps the promise: a token of either standard, or a bound program.
 * @param world Fixture with one program; a named function, because it is loaded by snapshot.
 */
export function behavesLikeAINFT(world: () => Promise<ProgramWorld>): void {
  behavesLikeVersions(world);
  behavesLikeTrainingLog(world);
  behavesLikeTrainingConsent(world);
  behavesLikeTrainingByKeys(world);
  behavesLikeTrainingBatches(world);
  behavesLikeTrainingBatchConsent(world);
  behavesLikeGrowingLog(world);
  behavesLikeSignedState(world);
  behavesLikeOracleLink(world);
  behavesLikeControlledProgram(world);
  behavesLikeProgramWithAccess(world);
}

/** Everything that collections of both token standards promise besides. */
export function behavesLikeCollection(world: () => Promise<ProgramWorld>): void {
  behavesLikeCollectionSettings(world);
  behavesLikeDisputedCollection(world);
  behavesLikeRenderedCollection(world);
  behavesLikeRoyaltyPayer(world);
  behavesLikeTraits(world);
}
