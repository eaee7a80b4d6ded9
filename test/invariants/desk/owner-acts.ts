import { addressesOf } from "../../helpers/attestation";
import { type Act, GAS, pick, type Prepare, rarely } from "./act";
import { CURRENCIES, TOKENS } from "./world";

const GRACES = [0n, 60n, 3_600n, 86_400n];
const AMOUNTS = [0n, 1n, 9_999n, 1_000_003n, 10n ** 18n + 7n];
const SHARES = [
  { providers: 7_000n, owner: 1_000n, contributors: 1_500n, treasury: 500n },
  { providers: 10_000n, owner: 0n, contributors: 0n, treasury: 0n },
  { providers: 3_333n, owner: 3_333n, contributors: 3_333n, treasury: 1n },
  { providers: 0n, owner: 0n, contributors: 10_000n, treasury: 0n },
];

export const setConfig: Prepare = (model, { oracle, people, reporterSets }, [set, threshold, grace, who]): Act => {
  const by = rarely(who, 6) ? people.stranger : people.dao;
  const reporters = pick(reporterSets, set);
  const m = 1 + (threshold % reporters.length);
  return {
    refusal: by === people.dao ? undefined : "OwnableUnauthorizedAccount",
    send: () => oracle.connect(by).setConfig(addressesOf(reporters), m, pick(GRACES, grace), GAS),
    accepted: () => model.setConfig(set % reporterSets.length, m, pick(GRACES, grace)),
  };
};

export const revokeConfig: Prepare = (model, { oracle, people }, [version]): Act => {
  const number = version % (model.configs.length + 2);
  const config = model.configs[number - 1];
  return {
    refusal: config === undefined || config.revoked ? "InferenceOracleNotRevocable" : undefined,
    send: () => oracle.connect(people.dao).revokeConfig(number, GAS),
    accepted: () => {
      if (config !== undefined) config.revoked = true;
    },
  };
};

export const setPrice: Prepare = (model, { desk, people, currencies, collectionAddress }, choices): Act => {
  const [token, currency, amount, who] = choices;
  const place = token % TOKENS.length;
  const owner = model.owners[place] === 0 ? people.owner : people.friend;
  const by = rarely(who, 6) ? people.stranger : owner;
  // Mostly its own currency, so that each has its share of orders.
  const name = rarely(currency, 4) ? pick(CURRENCIES, currency) : (TOKENS[place] ?? "ETH");
  const price = { currency: name, amount: pick(AMOUNTS, amount), free: who % 2 === 0 };
  return {
    refusal: by === owner ? undefined : "RequestDeskNotController",
    send: () =>
      desk.connect(by).setPrice(collectionAddress, place + 1, currencies[name], price.amount, price.free, GAS),
    accepted: () => void (model.prices[place] = price.amount === 0n ? undefined : price),
  };
};

export const setShares: Prepare = (model, { desk, people }, [which, who, bent]): Act => {
  const by = rarely(who, 6) ? people.stranger : people.dao;
  const shares = { ...pick(SHARES, which) };
  if (rarely(bent, 6)) shares.treasury += 1n;
  const refusal = by === people.dao ? "RequestDeskBadShares" : "RequestDeskNotOwner";
  return {
    refusal: by === people.dao && !rarely(bent, 6) ? undefined : refusal,
    send: () => desk.connect(by).setShares(shares, GAS),
    accepted: () => void (model.shares = shares),
  };
};

export const setPaused: Prepare = (model, { desk, people }, [paused, off]): Act => {
  // A pause seldom lasts long, so that life goes on.
  const wanted = rarely(paused, 3) && !rarely(off, 2);
  return {
    refusal: wanted === model.paused ? "RequestDeskPauseUnchanged" : undefined,
    send: () => desk.connect(people.dao).setPaused(wanted, GAS),
    accepted: () => void (model.paused = wanted),
  };
};

export const sell: Prepare = (model, { collection, people }, [token, who]): Act => {
  const place = token % TOKENS.length;
  const [from, to] = model.owners[place] === 0 ? [people.owner, people.friend] : [people.friend, people.owner];
  const by = rarely(who, 4) ? people.stranger : from;
  return {
    refusal: by === from ? undefined : "ERC721InsufficientApproval",
    send: () => collection.connect(by).transferFrom(from.address, to.address, place + 1, GAS),
    accepted: () => void (model.owners[place] = 1 - (model.owners[place] ?? 0)),
  };
};
