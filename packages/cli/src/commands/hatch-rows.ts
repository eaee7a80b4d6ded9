import { approveEgg, commitEgg, returnEgg, revealEgg, showEgg, withdrawBond } from "./hatch.ts";
import type { Row } from "./row.ts";

const HATCHERY = ["--hatchery <address>", "the hatchery"] as const;

/** The commands about eggs, in the order of a hatching. */
export const HATCH_ROWS: readonly Row[] = [
  {
    words: "hatch approve <egg>",
    about: "let the hatchery take an egg and its bond",
    example: "ainft hatch approve 1 --account 1",
    needs: "send",
    run: approveEgg,
    options: [HATCHERY],
  },
  {
    words: "hatch commit <egg> <new-secret>",
    about: "commit an egg, under a secret that goes into a new file",
    example: "ainft hatch commit 1 egg-1.secret.json --account 1",
    needs: "send",
    run: commitEgg,
    options: [HATCHERY],
  },
  {
    words: "hatch show <egg>",
    about: "tell where an egg stands, and in which blocks a reveal counts",
    example: "ainft hatch show 1",
    needs: "chain",
    run: showEgg,
    options: [HATCHERY],
  },
  {
    words: "hatch reveal <egg> <secret>",
    about: "hatch an egg by its secret, once the block that decides is there",
    example: "ainft hatch reveal 1 egg-1.secret.json --account 1",
    needs: "send",
    run: revealEgg,
    options: [HATCHERY],
  },
  {
    words: "hatch withdraw",
    about: "be paid the bonds of eggs that hatched",
    example: "ainft hatch withdraw --account 1",
    needs: "send",
    run: withdrawBond,
    options: [HATCHERY, ["--for <address>", "who is paid what they are owed (default the sender)"]],
  },
  {
    words: "hatch return <egg>",
    about: "give an abandoned egg back to its committer, without the bond",
    example: "ainft hatch return 1 --account 1",
    needs: "send",
    run: returnEgg,
    options: [HATCHERY],
  },
];
