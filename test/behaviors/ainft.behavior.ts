import type { ProgramWorld } from "../helpers/programs";
import { behavesLikeControlledProgram } from "./authority.behavior";
import { behavesLikeCollectionSettings } from "./collection-settings.behavior";
import { behavesLikeOracleLink } from "./oracle-link.behavior";
import { behavesLikeSignedState } from "./state.behavior";
import { behavesLikeTrainingBatches } from "./training-batch.behavior";
import { behavesLikeTrainingBatchConsent } from "./training-batch-consent.behavior";
import { behavesLikeTrainingConsent } from "./training-consent.behavior";
import { behavesLikeGrowingLog } from "./training-growth.behavior";
import { behavesLikeTrainingByKeys } from "./training-keys.behavior";
import { behavesLikeTrainingLog } from "./training.behavior";
import { behavesLikeVersions } from "./versions.behavior";

/**
 * Everything that `IAINFT` and `IAINFTCollection` promise, whatever token standard keeps the promise.
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
  behavesLikeCollectionSettings(world);
  behavesLikeControlledProgram(world);
}
