import type { Bytes32 } from "ainft-core";
import { Wallet } from "ethers";
import { grantOf, Player, post } from "../helpers/activity.ts";
import type { RelayProcess } from "../helpers/relay-processes.ts";
import { until } from "../helpers/time.ts";
import { account, type World } from "../helpers/world.ts";
import type { Random } from "./random.ts";

const GRANT_MS = 300_000;
/** Events that a player sends at once: what one post may hold is more. */
const AT_ONCE = 8;
const TAKEN = 202;

/** A token whose player has granted a key, and the events that a relay said it has. */
interface Game {
  readonly token: bigint;
  readonly grant: Bytes32;
  /** The relay that this player knows: it dies and comes back like the others. */
  readonly home: RelayProcess;
  readonly taken: string[];
  /** The highest counter that was sent: what comes after those taken may have been taken, or not. */
  sent: number;
}

/** People who play: they post signed events to a relay, again and again until it says that it has them. */
export class Players {
  readonly #player: Player;
  readonly #random: Random;
  readonly #games: readonly Game[];

  private constructor(player: Player, random: Random, games: readonly Game[]) {
    this.#player = player;
    this.#random = random;
    this.#games = games;
  }

  /** Grants a key for each token, at relays that must be running. */
  static async open(
    world: World,
    relays: readonly RelayProcess[],
    tokens: readonly bigint[],
    random: Random,
  ): Promise<Players> {
    const player = new Player(world, new Wallet(`0x${"5e".repeat(32)}`));
    const games: Game[] = [];
    for (const token of tokens) {
      const home = random.of(relays);
      const grant = await player.grant(token, account(1));
      const game: { grant?: Bytes32 } = {};
      await until("a relay to take a grant", GRANT_MS, async () => {
        const answer = await post(`${home.url}/v1/activity/grants`, grant);
        if (answer.status === 201) game.grant = grantOf(answer);
        return game.grant !== undefined;
      });
      if (game.grant !== undefined) games.push({ token, grant: game.grant, home, taken: [], sent: 0 });
    }
    return new Players(player, random, games);
  }

  /** Digests of the events that a relay took, by token, in the order in which they have to be applied. */
  get taken(): ReadonlyMap<bigint, readonly string[]> {
    return new Map(this.#games.map(({ token, taken }) => [token, taken]));
  }

  get count(): number {
    return this.#games.reduce((sum, { taken }) => sum + taken.length, 0);
  }

  /** One player plays a few moves. What the relay does not take, it is sent another time. */
  async play(): Promise<void> {
    const game = this.#random.of(this.#games);
    await this.#post(game, this.#random.between(1, AT_ONCE));
  }

  /** Sends again what was sent and not taken. Answers whether everything is taken now. */
  async finish(): Promise<boolean> {
    for (const game of this.#games) {
      const missing = game.sent - game.taken.length;
      if (missing > 0) await this.#post(game, Math.min(missing, AT_ONCE));
    }
    return this.#games.every(({ taken, sent }) => taken.length >= sent);
  }

  async #post(game: Game, moves: number): Promise<void> {
    const first = game.taken.length + 1;
    const counters = Array.from({ length: moves }, (_, index) => first + index);
    const events = await Promise.all(
      // The same counter is always the same event.
      counters.map(async (move) => this.#player.event(game.grant, move, { say: `move ${move} of ${game.token}` })),
    );
    game.sent = Math.max(game.sent, first + moves - 1);
    const answer = await post(`${game.home.url}/v1/activity`, { grant: game.grant, events }).catch(() => null);
    if (answer?.status === TAKEN) game.taken.push(...(answer.body.events ?? []));
  }
}
