import { getSigners, type Person } from "./chain";

/** Everybody who appears in the tests, by what they come to do. */
export interface People {
  /** Owns the oracle: sets and revokes reporter configs. */
  dao: Person;
  /** Controls the collection: mints and chooses the oracle. */
  creator: Person;
  /** Owns the token, and with it the program. */
  owner: Person;
  /** Buys the token, or is allowed to act for its owner. */
  friend: Person;
  /** Contributes training and signs for it. */
  trainer: Person;
  /** Asks the oracle. */
  requester: Person;
  /** Submits what reporters signed. */
  relayer: Person;
  /** Causes a change of state by playing. */
  player: Person;
  /** May do nothing that is not open to all. */
  stranger: Person;
  /** Stands for an oracle where the test needs no signatures. */
  oracleAccount: Person;
  /** May lock tokens while they are disputed. */
  arbiter: Person;
}

export async function everybody(): Promise<People> {
  const signers = await getSigners();
  const at = (index: number): Person => {
    const signer = signers[index];
    if (signer === undefined) throw new Error(`The test chain has no account ${index}.`);
    return signer;
  };
  // Account 0 deploys and plays no other part, so that no test passes because of who deployed.
  return {
    dao: at(1),
    creator: at(2),
    owner: at(3),
    friend: at(4),
    trainer: at(5),
    requester: at(6),
    relayer: at(7),
    player: at(8),
    stranger: at(9),
    oracleAccount: at(10),
    arbiter: at(11),
  };
}
