import { CONSENT, CREATOR, EDITIONS, IMAGE } from "./creator.ts";
import { ACTIVE, PASSED, QUEUED } from "./dao.ts";

/** Stands for a repository of a registry that listens. */
export const REPOSITORY = "$REPOSITORY";

/** Good arguments of every command in the folder of `workingCreator`. What sends is only rehearsed. */
export const BASELINES: Readonly<Record<string, readonly string[]>> = {
  init: ["fresh", "--contributor", CREATOR, "--image", IMAGE],
  "manifest check": ["manifest.json"],
  "manifest digest": ["manifest.json"],
  "manifest publish": ["manifest.json"],
  "image push": ["layout", "--to", REPOSITORY],
  "collection create": ["--name", "More", "--symbol", "MORE", "--dry-run"],
  mint: ["manifest.json", "--dry-run"],
  edition: ["1", "5", "--collection", EDITIONS, "--dry-run"],
  "version publish": ["1", "manifest.json", "--dry-run"],
  "version activate": ["1", "1", "--dry-run"],
  "version freeze": ["1", "--dry-run"],
  "train draft": [
    ...["drafted.json", "--parent", "manifest.json", "--child", "better.json"],
    ...["--dataset", "dataset", "--code", "code", "--metrics", "metrics"],
  ],
  "train sign": ["1", "record.json"],
  "train record": ["1", "trainer.json", "--consent", CONSENT, "--dry-run"],
  "train prove": ["1", "0"],
  "train verify": ["proof.json"],
  price: ["1", "0.5", "--dry-run"],
  ask: ["1", "question.json", "--dry-run"],
  answer: ["1"],
  "order cancel": ["2", "--dry-run"],
  "order settle": ["3", "--dry-run"],
  "order withdraw": ["--dry-run"],
  "dao delegate": ["--dry-run"],
  "dao propose": ["next.json", "--dry-run"],
  "dao show": [QUEUED],
  "dao vote": [ACTIVE, "for", "--dry-run"],
  "dao queue": [PASSED, "--dry-run"],
  "dao execute": [QUEUED, "--dry-run"],
  "provider approve": ["1", "--dry-run"],
  "provider consent": [CREATOR],
  "provider register": ["next-key.json", "--stake", "10000", "--endpoint", "https://relay.example", "--dry-run"],
  "provider stake": ["0.5", "--dry-run"],
  "provider heartbeat": ["--dry-run"],
  "provider show": [CREATOR],
  "rewards build": ["rows.json"],
  "rewards show": ["epoch.json", "--for", CREATOR],
  "rewards claim": ["epoch.json", "--dry-run"],
  "hatch approve": ["1", "--dry-run"],
  "hatch commit": ["2", "new-secret.json", "--dry-run"],
  "hatch show": ["4"],
  "hatch reveal": ["4", "egg-4.json", "--dry-run"],
  "hatch withdraw": ["--dry-run"],
  "hatch return": ["3", "--dry-run"],
  history: ["1"],
  verify: ["1"],
  completion: ["bash"],
};

/** Who calls, by the number of the test account, where it is not account 1. */
export const CALLERS: Readonly<Record<string, string>> = { "provider register": "4" };
