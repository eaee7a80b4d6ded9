import { expect } from "chai";
import fc, { type AsyncCommand } from "fast-check";
import { Interface } from "ethers";
import {
  BlacklistTokenMock__factory,
  FalseReturnTokenMock__factory,
  IAINFT721__factory,
  InferenceOracle__factory,
  RequestDesk__factory,
} from "../../../typechain-types";
import { mineBlock, nextBlockAt } from "../../helpers/chain";
import type { Tally } from "../tally";
import type { Choices, Prepare } from "./act";
import { behave, doubt, meddle, police } from "./hostile-acts";
import type { DeskModel } from "./model";
import { DeskObserver } from "./observer";
import { cancel, collect, open, retry, settle, withdraw } from "./order-acts";
import { revokeConfig, sell, setConfig, setPaused, setPrice, setShares } from "./owner-acts";
import { applyResult, commitRoot, deliver, deliverBatch, fulfill, update } from "./result-acts";
import type { DeskLife } from "./world";

/** Every kind of act, and how often it comes among the others. */
const KINDS: Readonly<Record<string, readonly [weight: number, prepare: Prepare]>> = {
  setConfig: [2, setConfig],
  revokeConfig: [1, revokeConfig],
  setPrice: [4, setPrice],
  setShares: [1, setShares],
  setPaused: [1, setPaused],
  sell: [1, sell],
  open: [12, open],
  deliver: [4, deliver],
  deliverBatch: [2, deliverBatch],
  commitRoot: [2, commitRoot],
  applyResult: [3, applyResult],
  fulfill: [6, fulfill],
  retry: [3, retry],
  settle: [6, settle],
  cancel: [4, cancel],
  collect: [4, collect],
  withdraw: [6, withdraw],
  update: [2, update],
  behave: [2, behave],
  meddle: [1, meddle],
  doubt: [1, doubt],
  police: [1, police],
};

/** Acts of hostile contracts upon themselves, which nobody could refuse. */
const NEVER_REFUSED = ["behave", "meddle", "doubt", "police"];

/** Kinds that must have been both accepted and refused. */
export function kindsWithRefusals(): string[] {
  return Object.keys(KINDS).filter((kind) => !NEVER_REFUSED.includes(kind));
}

/** Whoever reverts: every error that the contracts of a life may give. */
const EVERY_ERROR = {
  interface: new Interface(
    [
      ...InferenceOracle__factory.abi,
      ...RequestDesk__factory.abi,
      ...IAINFT721__factory.abi,
      ...BlacklistTokenMock__factory.abi,
      ...FalseReturnTokenMock__factory.abi,
    ].filter(({ type }) => type === "error"),
  ),
};

/** All the books are read once in so many acts. */
const BOOKS_EVERY = 5;

/** The real contracts of a life, and who looks at them. */
export class RealDesk {
  private acts = 0;
  private readonly observer: DeskObserver;

  constructor(
    readonly life: DeskLife,
    private readonly tally: Tally,
  ) {
    this.observer = new DeskObserver(life);
  }

  async act(kind: string, prepare: Prepare, model: DeskModel, choices: Choices, wait: number): Promise<void> {
    model.time += 1n + BigInt(wait);
    await nextBlockAt(model.time);
    const act = prepare(model, this.life, choices);
    if (act === undefined) return mineBlock();
    this.tally.count(kind, act.refusal === undefined);
    if (act.refusal === undefined) {
      const receipt = await (await act.send()).wait();
      if (receipt === null) throw new Error(`${kind} was not mined.`);
      act.accepted(receipt);
      this.observer.hear(receipt);
    } else {
      await expect(act.send(), kind).to.be.revertedWithCustomError(EVERY_ERROR, act.refusal);
    }
    this.acts += 1;
    await this.observer.look(model, this.acts % BOOKS_EVERY === 0);
  }
}

export type DeskCommand = AsyncCommand<DeskModel, RealDesk>;

/** Any act, the common ones more often. */
export function anyDeskCommand(): fc.Arbitrary<DeskCommand> {
  return fc.oneof(
    ...Object.entries(KINDS).map(([kind, [weight, prepare]]) => ({
      weight,
      arbitrary: fc.tuple(number(), number(), number(), number(), seconds()).map(([a, b, c, d, wait]) => ({
        check: () => true,
        run: (model: DeskModel, real: RealDesk) => real.act(kind, prepare, model, [a, b, c, d], wait),
        toString: () => `${kind}(${a}, ${b}, ${c}, ${d}) after ${wait} s`,
      })),
    })),
  );
}

function number(): fc.Arbitrary<number> {
  return fc.noBias(fc.nat({ max: 1023 }));
}

/** Mostly the next second, sometimes an hour, seldom days. */
function seconds(): fc.Arbitrary<number> {
  return fc.oneof(
    { weight: 14, arbitrary: fc.constant(0) },
    { weight: 3, arbitrary: fc.integer({ min: 1, max: 3600 }) },
    { weight: 1, arbitrary: fc.integer({ min: 86_400, max: 2 * 86_400 }) },
  );
}
