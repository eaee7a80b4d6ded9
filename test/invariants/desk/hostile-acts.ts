import { type Act, GAS, pick, type Prepare, rarely } from "./act";
import { type DeskLife, MANNERS } from "./world";

/** Calls by which hostile contracts try to get more than is theirs, from inside a payment or a callback. */
function greed({ desk, currencies, askers, consumers }: DeskLife): string[] {
  const accounts = [...askers.map(({ address }) => address), ...consumers.map(({ address }) => address)];
  return [currencies.ETH, currencies.honest].map((currency, index) =>
    desk.interface.encodeFunctionData("withdrawFor", [currency, pick(accounts, index + 3)]),
  );
}

/** A contract that asks behaves otherwise from now on. */
export const behave: Prepare = (model, life, [who, how]): Act => {
  const place = who % life.consumers.length;
  const { contract } = pick(life.consumers, place);
  const manner = pick([...Object.values(MANNERS), MANNERS.TAKING, MANNERS.TAKING], how);
  return {
    refusal: undefined,
    send: () => (manner === MANNERS.MEDDLING ? contract.meddle(greed(life), GAS) : contract.behave(manner, GAS)),
    accepted: () => void (model.manners[place] = manner),
  };
};

/** The token that calls back does so, or stops. */
export const meddle: Prepare = (_, life, [how]): Act => ({
  refusal: undefined,
  send: () => life.meddling.meddle(life.deskAddress, rarely(how, 3) ? [] : greed(life), GAS),
  accepted: () => undefined,
});

/** The token of doubtful answers moves, answers false, or reverts. */
export const doubt: Prepare = (model, { doubtful }, [how]): Act => {
  const manner = how % 5 > 2 ? 0 : how % 5;
  return {
    refusal: undefined,
    send: () => doubtful.behave(manner, GAS),
    accepted: () => void (model.doubt = manner),
  };
};

/** The policed token shuts one account out for ever. */
export const police: Prepare = (model, { policed, askers, consumers }, [who]): Act => {
  const accounts = [...askers, ...consumers].map(({ address }) => address);
  const account = pick(accounts, who);
  return {
    refusal: undefined,
    send: () => policed.blacklist(account, GAS),
    accepted: () => void model.blacklist.add(account),
  };
};
