import {
  type Address,
  asBytes32,
  type AskedLived,
  type BlockRange,
  decodeTrainingLog,
  inOrder,
  type LivedEvent,
  type ProgramState,
  readLogs,
  type ReadOptions,
  readTokenLife,
  readTokenRequests,
  TokenLife,
  TRAINING_TOPICS,
  type TrainingEvent,
  TrainingHistory,
} from "ainft-core";
import type { JsonRpcProvider } from "ethers";
import { asked, COLLECTION, read } from "./chain.ts";
import { ChainUnavailable } from "./errors.ts";
import { expectUnchanged, sourceOf } from "./logs.ts";
import { oraclesOf } from "./oracle.ts";
import type { Settings } from "./settings.ts";

/** A token at one block: whatever is read about it is of the same moment. */
export interface Moment {
  readonly collection: Address;
  readonly tokenId: bigint;
  readonly block: number;
  readonly hash: string;
  readonly program: ProgramState;
}

/** A token as it is at the newest block. */
export async function momentOf(provider: JsonRpcProvider, settings: Settings, tokenId: bigint): Promise<Moment> {
  const { collection } = settings;
  const newest = await asked(undefined, async () => provider.getBlock("latest"));
  if (newest?.hash == null) throw new ChainUnavailable("The node has no block.");
  const program = await programOf(provider, collection, tokenId, newest.number);
  return { collection, tokenId, block: newest.number, hash: newest.hash, program };
}

/** Tells every event of a program up to a moment, one at a time, and answers its life when all are told. */
export async function followProgram(
  provider: JsonRpcProvider,
  settings: Settings,
  moment: Moment,
  each: (lived: LivedEvent) => void = () => undefined,
): Promise<TokenLife> {
  const { block, hash } = moment;
  const range = rangeOf(settings, moment);
  const onProgress = (reached: bigint, events: number): void =>
    settings.io.progress(`block ${reached} of ${block}, ${events} events`);
  const life = new TokenLife();
  for await (const lived of readTokenLife(sourceOf(settings), moment, range, { onProgress })) {
    life.add(lived.event);
    each(lived);
  }
  await expectUnchanged(provider, block, hash);
  return life;
}

/** An event of a program, or of its requests. */
export type ToldEvent = LivedEvent | AskedLived;

/** One thing about a token that events and chain agree on, or not. */
export interface AspectVerdict {
  readonly aspect: string;
  readonly agrees: boolean;
  readonly detail: string;
}

/** A life that was told to its end. */
export interface Followed {
  readonly life: TokenLife;
  /** Every aspect of the program, and of its requests at every oracle that the collection obeyed. */
  readonly verdicts: readonly AspectVerdict[];
}

/** Tells every event of a program and of its requests up to a moment, one at a time, and holds them against the chain. */
export async function followLife(
  provider: JsonRpcProvider,
  settings: Settings,
  moment: Moment,
  each: (lived: ToldEvent) => void = () => undefined,
): Promise<Followed> {
  const { block, hash, program } = moment;
  const source = sourceOf(settings);
  const range = rangeOf(settings, moment);
  const progress = new Progress(settings, block);
  const life = new TokenLife();
  const { known, unknown } = await oraclesOf(provider, settings, moment);
  const readers: AsyncIterator<ToldEvent>[] = [
    heard(readTokenLife(source, moment, range, progress.part()), (event) => life.add(event)),
    ...known.map(({ at, books, requests }) =>
      heard(readTokenRequests(source, books, moment, at, range, progress.part()), (event) => requests.add(event)),
    ),
  ];
  for await (const lived of inOrder(readers)) {
    progress.count();
    each(lived);
  }
  progress.end();
  await expectUnchanged(provider, block, hash);
  const asked = known.flatMap(({ name, requests }) =>
    requests.compare().map(({ aspect, ...verdict }) => ({ aspect: `${aspect}${name}`, ...verdict })),
  );
  return { life, verdicts: [...life.compare(program), ...asked, ...unknown] };
}

/** What is read, heard before it is passed on. */
async function* heard<T extends ToldEvent>(
  reader: AsyncIterable<T>,
  hear: (event: T["event"]) => void,
): AsyncGenerator<T> {
  for await (const lived of reader) {
    hear(lived.event);
    yield lived;
  }
}

/** How far several readers are: as far as the last of them. */
class Progress {
  readonly #settings: Settings;
  readonly #block: number;
  readonly #reached: bigint[] = [];
  #events = 0;

  constructor(settings: Settings, block: number) {
    this.#settings = settings;
    this.#block = block;
  }

  /** Where one reader says how far it is. */
  part(): ReadOptions {
    const place = this.#reached.push(0n) - 1;
    return {
      onProgress: (reached) => {
        this.#reached[place] = reached;
        this.#tell(this.#reached.reduce((least, one) => (one < least ? one : least)));
      },
    };
  }

  count(): void {
    this.#events += 1;
  }

  end(): void {
    this.#tell(BigInt(this.#block));
  }

  #tell(reached: bigint): void {
    this.#settings.io.progress(`block ${reached} of ${this.#block}, ${this.#events} events`);
  }
}

/** A token's training log with a proof for any place; keeps every record. */
export async function trainingsOf(
  provider: JsonRpcProvider,
  settings: Settings,
  moment: Moment,
): Promise<TrainingHistory> {
  const trainings: TrainingEvent[] = [];
  await followProgram(provider, settings, moment, ({ event }) => {
    if (event.kind === "record" || event.kind === "leaves") trainings.push(event);
  });
  return TrainingHistory.fromLogs(moment, trainings);
}

/** What was recorded in whole collections, both blocks included; keeps every record. */
export async function trainingsBetween(
  provider: JsonRpcProvider,
  settings: Settings,
  collections: readonly Address[],
  fromBlock: bigint,
  toBlock: bigint,
): Promise<TrainingEvent[]> {
  const block = Number(toBlock);
  const last = await asked(undefined, async () => provider.getBlock(block));
  if (last?.hash == null) throw new ChainUnavailable(`The node has no block ${block}.`);
  const trainings: TrainingEvent[] = [];
  for (const address of collections) {
    const filter = { address, topics: [TRAINING_TOPICS], fromBlock, toBlock };
    const onProgress = (reached: bigint): void =>
      settings.io.progress(`${address}: block ${reached} of ${block}, ${trainings.length} records`);
    for await (const log of readLogs(sourceOf(settings), filter, { onProgress }))
      trainings.push(decodeTrainingLog(log));
  }
  await expectUnchanged(provider, block, last.hash);
  return trainings;
}

function rangeOf({ fromBlock }: Settings, { block }: Moment): BlockRange {
  return { fromBlock: BigInt(fromBlock), toBlock: BigInt(block) };
}

async function programOf(provider: JsonRpcProvider, to: string, tokenId: bigint, block: number): Promise<ProgramState> {
  const [found] = await read(provider, { to, abi: COLLECTION, name: "programOf", args: [tokenId], block });
  const [root] = await read(provider, { to, abi: COLLECTION, name: "trainingRoot", args: [tokenId], block });
  const view = found as Omit<ProgramState, "trainingRoot">; // the ABI names these fields
  return {
    versionCount: view.versionCount,
    activeVersion: view.activeVersion,
    trainingCount: view.trainingCount,
    sequence: view.sequence,
    frozen: view.frozen,
    locked: view.locked,
    activeManifest: asBytes32(view.activeManifest),
    stateDigest: asBytes32(view.stateDigest),
    trainingRoot: asBytes32(String(root)),
  };
}
