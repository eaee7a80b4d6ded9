import type { Address } from "ainft-core";
import type { TrackedOrder } from "../domain/order.ts";
import type { ReporterConfig } from "../domain/request.ts";
import type { CallEncoder } from "../ports/chain.ts";
import type { ChainView, Context } from "./context.ts";
import type { Call, Dispatcher } from "./dispatcher.ts";
import { forEach } from "./each.ts";

/** Orders looked at in one round, the oldest first. What the parties of one do cannot keep it open. */
const AT_ONCE = 64;

/** What it needs beyond the context. */
export interface OrderSettlerParts {
  readonly dispatcher: Dispatcher;
  readonly calls: CallEncoder;
  readonly desk: Address;
}

/** Has the desk divide the fees of orders whose result stands deep enough: one relay of all, in turn as for reports. */
export class OrderSettler {
  readonly #context: Context;
  readonly #parts: OrderSettlerParts;

  constructor(context: Context, parts: OrderSettlerParts) {
    this.#context = context;
    this.#parts = parts;
  }

  async settle(view: ChainView, config: ReporterConfig): Promise<void> {
    const { store, clock, log } = this.#context;
    const due = await store.orders.due(view.confirmed.number, clock.now(), AT_ONCE);
    await forEach(
      due,
      log,
      ({ key }) => ({ key }),
      async (order) => this.#settleOne(order, view, config),
    );
  }

  async #settleOne(order: TrackedOrder, view: ChainView, config: ReporterConfig): Promise<void> {
    const call = this.#callOf(order);
    if (!this.#parts.dispatcher.isOurTurn(call, config)) return;
    const { chain, store, log, onPersisted } = this.#context;
    const { requestId, key } = order;
    if ((await chain.orderHashOf(requestId)) !== null) {
      if (await this.#parts.dispatcher.dispatch(call, config))
        onPersisted({ state: "TX_READY", kind: "order", requestId });
    } else if ((await chain.orderHashOf(requestId, view.confirmed.number)) === null) {
      if (await store.orders.close(requestId)) log.info("An order was closed by somebody else", { key });
    }
  }

  #callOf({ key, encoded, hash, dueAt }: TrackedOrder): Call {
    const { calls, desk } = this.#parts;
    return { key, to: desk, data: calls.settle(encoded), root: hash, since: dueAt ?? 0, reserve: 0n };
  }
}
