import { buildRewards, claimReward, showRewards } from "./rewards.ts";
import { COLLECTION, DEPLOYMENT, FROM_BLOCK, type Row } from "./row.ts";

const DISTRIBUTOR = ["--distributor <address>", "the distributor of rewards"] as const;

/** The commands about rewards. */
export const REWARD_ROWS: readonly Row[] = [
  {
    words: "rewards build <rows>",
    about: "work out the next epoch of a programme, from rows, training logs or runs",
    example: "ainft rewards build rows.json --out epoch-1.json --deployment anvil.json",
    needs: "chain",
    run: buildRewards,
    options: [
      DEPLOYMENT,
      DISTRIBUTOR,
      ["--previous <epoch>", "the document of the epoch before"],
      COLLECTION,
      ["--oracle <address>", "the oracle that got the results of runs"],
      ["--registry <address>", "the registry of providers"],
      FROM_BLOCK,
      ["--out <new-file>", "where the document goes"],
    ],
  },
  {
    words: "rewards show <epoch>",
    about: "tell whether a document is what is posted, and what somebody is due",
    example: "ainft rewards show epoch-1.json --for 0x70997970C51812dc3A010C7d01b50e0d17dc79C8",
    needs: "chain",
    run: showRewards,
    options: [DEPLOYMENT, DISTRIBUTOR, ["--for <address>", "who earned"]],
  },
  {
    words: "rewards claim <epoch>",
    about: "have somebody paid what they earned: the sender, unless another is named",
    example: "ainft rewards claim epoch-1.json --account 2",
    needs: "send",
    run: claimReward,
    options: [DEPLOYMENT, DISTRIBUTOR, ["--for <address>", "who is paid (default the sender)"]],
  },
];
