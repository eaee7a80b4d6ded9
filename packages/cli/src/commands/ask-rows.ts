import { askToken, showAnswer } from "./ask.ts";
import { cancelOrder, setPrice, settleOrder, withdrawOwed } from "./order.ts";
import { COLLECTION, DEPLOYMENT, FROM_BLOCK, type Row, STORE } from "./row.ts";

const ORACLE = ["--oracle <address>", "the oracle that the collection obeys"] as const;
const CURRENCY = ["--currency <address>", "ERC-20 that is paid in (default ETH)"] as const;
const RELAY = ["--relay <relay>", "relay to ask for bytes that are off chain"] as const;
const BODY = ["--body <file>", "the answer's bytes, to be held against the chain"] as const;

/** The commands about questions and what they cost. */
export const ASK_ROWS: readonly Row[] = [
  {
    words: "price <token> <price>",
    about: "set what a token asks for an answer, 0 for nothing",
    example: "ainft price 1 0.01 --account 1",
    needs: "send",
    run: setPrice,
    options: [
      ...[COLLECTION, DEPLOYMENT, ORACLE, CURRENCY],
      ["--free-for-controller", "who controls the program asks for nothing"],
    ],
  },
  {
    words: "ask [token] [input]",
    about: "ask a token, with JSON from a file that fits its manifest, and wait for the answer",
    example: "ainft ask 1 question.json --fee 0.01 --account 2",
    needs: "send",
    run: askToken,
    options: [
      ...[COLLECTION, DEPLOYMENT, ORACLE, STORE],
      ["--fee <price>", "the most to pay (default what the token asks, after a question)"],
      CURRENCY,
      ["--within <number>", "seconds in which an answer counts (default 3600)"],
      ["--off-chain", "have the answer's digest alone brought to the chain"],
      ["--wait <number>", "seconds to wait for the answer (default until its deadline)"],
      ["--request <request>", "go on waiting for what was asked before"],
      ...[RELAY, BODY, FROM_BLOCK],
    ],
  },
  {
    words: "answer <request>",
    about: "tell what became of a request, and check it",
    example: "ainft answer 1 --deployment anvil.json",
    needs: "chain",
    run: showAnswer,
    options: [DEPLOYMENT, ["--oracle <address>", "the oracle that was asked"], STORE, RELAY, BODY, FROM_BLOCK],
  },
  {
    words: "order cancel <request>",
    about: "have the fee of a request given back whose deadline passed without a result",
    example: "ainft order cancel 1 --account 2",
    needs: "send",
    run: cancelOrder,
    options: [DEPLOYMENT, ORACLE, FROM_BLOCK],
  },
  {
    words: "order settle <request>",
    about: "have the fee of a request divided that was answered, or given back when it failed",
    example: "ainft order settle 1 --account 2",
    needs: "send",
    run: settleOrder,
    options: [DEPLOYMENT, ORACLE, FROM_BLOCK],
  },
  {
    words: "order withdraw",
    about: "have somebody paid what the desk owes them: the sender, unless another is named",
    example: "ainft order withdraw --account 2",
    needs: "send",
    run: withdrawOwed,
    options: [DEPLOYMENT, ORACLE, CURRENCY, ["--for <address>", "who is paid (default the sender)"]],
  },
];
