import { behavesLikeAINFT, behavesLikeCollection } from "../behaviors/ainft.behavior";
import { collectionWorlds } from "../helpers/programs";

/** Every kind of collection keeps every promise of the shared interfaces. */
for (const [kind, world] of Object.entries(collectionWorlds)) {
  describe(kind, () => {
    behavesLikeAINFT(world);
    behavesLikeCollection(world);
  });
}
