import { activateVersion, createCollection, freezeProgram, mint, mintEditions, publishVersion } from "./collection.ts";
import { ASK_ROWS } from "./ask-rows.ts";
import { completion } from "./completion.ts";
import { delegateVotes, executeProposal, propose, queueProposal, showProposal, vote } from "./dao.ts";
import { HATCH_ROWS } from "./hatch-rows.ts";
import { history } from "./history.ts";
import { init } from "./init.ts";
import { approveStake, consentToProvider, heartbeat, registerProvider, showProvider, stake } from "./provider.ts";
import { PUBLISH_ROWS } from "./publish-rows.ts";
import { REWARD_ROWS } from "./reward-rows.ts";
import { COLLECTION, DEPLOYMENT, FROM_BLOCK, type Row, STORE } from "./row.ts";
import { draftTraining, proveTraining, recordTraining, signTraining, verifyTraining } from "./train.ts";
import { verifyToken } from "./verify.ts";

const REGISTRY = ["--registry <address>", "the registry of providers"] as const;
const GOVERNOR = ["--governor <address>", "the DAO's governor"] as const;

/** What the commands that share a first word are about. */
export const GROUPS: Readonly<Record<string, string>> = {
  manifest: "check, name and publish what describes a program",
  image: "push what a program runs in",
  collection: "open collections",
  version: "bring out, choose and freeze versions of a program",
  dao: "decide with the others who hold AIN",
  provider: "run programs for the network, with stake",
  order: "close paid questions, and take what the desk owes",
  rewards: "work out what the network pays for, and be paid",
  hatch: "turn eggs into AINFTs, by published odds",
  train: "record who trained a program, and prove it",
};

/** Every command, in the order of a creator's day. */
export const COMMANDS: readonly Row[] = [
  {
    words: "init <folder>",
    about: "lay down a creator's folder: manifest, container hint, settings",
    example: "ainft init persona --contributor 0x70997970C51812dc3A010C7d01b50e0d17dc79C8",
    needs: "files",
    run: init,
    options: [
      ["--contributor <address>", "who earns from the program (required)"],
      ["--name <text>", "name of the program"],
      ["--image <reference>", "its image, host/name@sha256:<digest>"],
    ],
  },
  ...PUBLISH_ROWS,
  {
    words: "collection create",
    about: "open a collection",
    example: "ainft collection create --name Personas --symbol PERS --deployment anvil.json --account 1 --save",
    needs: "send",
    run: createCollection,
    options: [
      ["--name <text>", "name of the collection (required)"],
      ["--symbol <text>", "its symbol (required)"],
      ["--kind <kind>", "erc721, erc721-votes, erc1155 or erc1155-votes (default erc721)"],
      ["--controller <address>", "who may mint (default the sender)"],
      ["--arbiter <address>", "who may lock tokens in a dispute (default nobody)"],
      ["--salt <text>", "what the address depends on, beside the sender"],
      DEPLOYMENT,
      ["--factory <address>", "the factory"],
      ["--oracle <address>", "the oracle that the collection obeys"],
      ["--save", "keep the address in ainft.config.json"],
    ],
  },
  {
    words: "mint <manifest>",
    about: "mint a token of a manifest (file or digest)",
    example: "ainft mint manifest.json --account 1",
    needs: "send",
    run: mint,
    options: [
      COLLECTION,
      ["--to <address>", "first owner, or curator of editions (default the sender)"],
      ["--limit <amount>", "in an ERC-1155 collection: how many editions there will ever be"],
    ],
  },
  {
    words: "edition <token> <amount>",
    about: "mint editions of a program of an ERC-1155 collection",
    example: "ainft edition 1 100 --to 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 --account 1",
    needs: "send",
    run: mintEditions,
    options: [COLLECTION, ["--to <address>", "who gets them (default the sender)"]],
  },
  {
    words: "version publish <token> <manifest>",
    about: "append a version and make it the active one",
    example: "ainft version publish 1 manifest.json --account 1",
    needs: "send",
    run: publishVersion,
    options: [COLLECTION],
  },
  {
    words: "version activate <token> <version>",
    about: "make an earlier version the active one",
    example: "ainft version activate 1 1 --reason why.txt --account 1",
    needs: "send",
    run: activateVersion,
    options: [COLLECTION, ["--reason <file>", "document that says why (file or digest)"]],
  },
  {
    words: "version freeze <token>",
    about: "stop every later change of a program, for ever",
    example: "ainft version freeze 1 --dry-run --account 1",
    needs: "send",
    run: freezeProgram,
    options: [COLLECTION],
  },
  {
    words: "train draft <new-record>",
    about: "write a training record from its files",
    example:
      "ainft train draft record.json --parent old.json --child manifest.json --dataset data --code code --metrics metrics",
    needs: "wallet",
    run: draftTraining,
    options: [
      ["--parent <manifest>", "manifest before (file or digest; required)"],
      ["--child <manifest>", "manifest after (file or digest; required)"],
      ["--dataset <file>", "what was learned from (file or digest; required)"],
      ["--code <file>", "what did the training (file or digest; required)"],
      ["--metrics <file>", "how good it became (file or digest; required)"],
      ["--contributor <address>", "who is named (default the wallet)"],
      ["--trained-at <seconds>", "when, in seconds since 1970 (default the latest block)"],
    ],
  },
  {
    words: "train sign <token> <record>",
    about: "consent, as its contributor, to a record in the next place of the log",
    example: "ainft train sign 1 record.json --account 2",
    needs: "wallet",
    run: signTraining,
    options: [COLLECTION],
  },
  {
    words: "train record <token> <record>",
    about: "append a record to the token's log",
    example: "ainft train record 1 record.json --account 1",
    needs: "send",
    run: recordTraining,
    options: [COLLECTION, ["--consent <signature>", "the contributor's, unless they are the sender"]],
  },
  {
    words: "train prove <token> <index>",
    about: "prove a record of the log",
    example: "ainft train prove 1 0 --out proof.json",
    needs: "chain",
    run: proveTraining,
    options: [
      COLLECTION,
      FROM_BLOCK,
      ["--record <file>", "the record, where the chain knows its hash alone"],
      ["--out <new-file>", "where the proof goes"],
    ],
  },
  {
    words: "train verify <proof>",
    about: "ask the collection whether a proof holds",
    example: "ainft train verify proof.json",
    needs: "chain",
    run: verifyTraining,
    options: [COLLECTION],
  },
  {
    words: "history <token>",
    about: "tell a token's life",
    example: "ainft history 1 --json",
    needs: "chain",
    run: history,
    options: [COLLECTION, FROM_BLOCK],
  },
  {
    words: "verify <token>",
    about: "check everything about a token, from chain and content: a verdict a line",
    example: "ainft verify 1",
    needs: "chain",
    run: verifyToken,
    options: [COLLECTION, FROM_BLOCK, STORE],
  },
  ...ASK_ROWS,
  {
    words: "dao delegate",
    about: "let AIN count as votes: one's own, unless another is named",
    example: "ainft dao delegate --account 1",
    needs: "send",
    run: delegateVotes,
    options: [DEPLOYMENT, ["--token <address>", "AIN"], ["--to <address>", "who votes (default the sender)"]],
  },
  {
    words: "dao propose <proposal>",
    about: "propose calls, under a text that is written from them",
    example: "ainft dao propose proposal.json --text --deployment anvil.json",
    needs: "send",
    run: propose,
    options: [DEPLOYMENT, GOVERNOR, ["--text", "only show the text"]],
  },
  {
    words: "dao show <id>",
    about: "tell what a proposal would do, and how the vote stands",
    example: "ainft dao show 123 --deployment anvil.json",
    needs: "chain",
    run: showProposal,
    options: [DEPLOYMENT, GOVERNOR, FROM_BLOCK],
  },
  {
    words: "dao vote <id> <choice>",
    about: "vote for, against or abstain",
    example: 'ainft dao vote 123 for --reason "It is tested" --account 1',
    needs: "send",
    run: vote,
    options: [DEPLOYMENT, GOVERNOR, ["--reason <text>", "why, for all to read"]],
  },
  {
    words: "dao queue <id>",
    about: "put a proposal that passed into the timelock",
    example: "ainft dao queue 123 --account 1",
    needs: "send",
    run: queueProposal,
    options: [DEPLOYMENT, GOVERNOR, FROM_BLOCK],
  },
  {
    words: "dao execute <id>",
    about: "do what a queued proposal says",
    example: "ainft dao execute 123 --account 1",
    needs: "send",
    run: executeProposal,
    options: [DEPLOYMENT, GOVERNOR, FROM_BLOCK],
  },
  {
    words: "provider approve <ain>",
    about: "let the registry take so much AIN as stake",
    example: "ainft provider approve 10000 --account 1",
    needs: "send",
    run: approveStake,
    options: [DEPLOYMENT, REGISTRY, ["--token <address>", "AIN"]],
  },
  {
    words: "provider consent <provider>",
    about: "consent, as the reporter key, to sign for a provider",
    example: "ainft provider consent 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 --out key.json --account 3",
    needs: "wallet",
    run: consentToProvider,
    options: [DEPLOYMENT, REGISTRY, ["--out <new-file>", "where the consent goes"]],
  },
  {
    words: "provider register <key>",
    about: "become a provider, with stake and a key that consented",
    example: "ainft provider register key.json --stake 10000 --class cpu --endpoint https://relay.example --account 1",
    needs: "send",
    run: registerProvider,
    options: [
      DEPLOYMENT,
      REGISTRY,
      ["--stake <ain>", "how much to bond (default 0)"],
      ["--class <kind>", "cpu, small-gpu, large-gpu or multi-gpu (default cpu)"],
      ["--endpoint <text>", "where the provider's relay is reached (required)"],
    ],
  },
  {
    words: "provider stake <ain>",
    about: "bond more stake",
    example: "ainft provider stake 500 --account 1",
    needs: "send",
    run: stake,
    options: [DEPLOYMENT, REGISTRY],
  },
  {
    words: "provider heartbeat",
    about: "say that a provider is alive",
    example: "ainft provider heartbeat --account 1",
    needs: "send",
    run: heartbeat,
    options: [DEPLOYMENT, REGISTRY, ["--provider <address>", "whose key the sender is (default the sender)"]],
  },
  {
    words: "provider show <provider>",
    about: "tell what the registry knows of a provider",
    example: "ainft provider show 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 --deployment anvil.json",
    needs: "chain",
    run: showProvider,
    options: [DEPLOYMENT, REGISTRY],
  },
  ...HATCH_ROWS,
  ...REWARD_ROWS,
  {
    words: "completion <shell>",
    about: "print what makes a shell complete commands and options: bash, zsh or fish",
    example: "ainft completion bash > ~/.local/share/bash-completion/completions/ainft",
    needs: "files",
    run: async (_settings, [shell = ""]) => completion(COMMANDS, shell),
  },
];
