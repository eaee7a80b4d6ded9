import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { inferenceOracleAbi, requestDeskAbi } from "ainft-contracts";
import { type Address, asAddress } from "ainft-core";
import { Interface } from "ethers";
import { readDesk, WrongDesk } from "../../../src/adapters/chain/start-checks.ts";
import { ChainUnavailable, ContractRefused } from "../../../src/domain/errors.ts";
import { COLLECTION, DESK, PLAYER } from "../support/requests.ts";

const ORACLE = COLLECTION;
const DESK_CALL = new Interface(inferenceOracleAbi).encodeFunctionData("desk");
const ORACLE_CALL = new Interface(requestDeskAbi).encodeFunctionData("oracle");

const wordOf = (address: Address): string => `0x${"00".repeat(12)}${address.slice(2)}`;

/** A node that answers calls as the test says; a call that is not said reverts. */
function node(answers: Readonly<Record<string, string>>): {
  read: (method: string, params: readonly unknown[]) => Promise<unknown>;
} {
  return {
    read: async (_method, [call]) => {
      const { to, data } = call as { to: string; data: string };
      const answer = answers[`${asAddress(to)} ${data}`];
      return answer === undefined ? Promise.reject(new ContractRefused("0x")) : Promise.resolve(answer);
    },
  };
}

describe("readDesk", () => {
  const named = { [`${ORACLE} ${DESK_CALL}`]: wordOf(DESK) };

  it("reads the desk that an oracle names and that names the oracle", async () => {
    const answers = { ...named, [`${DESK} ${ORACLE_CALL}`]: wordOf(ORACLE) };

    assert.equal(await readDesk(node(answers), ORACLE), DESK);
  });

  const wrong: Record<string, Record<string, string>> = {
    "an oracle that names none": {},
    "an answer that is no address": { [`${ORACLE} ${DESK_CALL}`]: "0x" },
    "a desk that is no contract": { ...named, [`${DESK} ${ORACLE_CALL}`]: "0x" },
    "a desk that is no desk": named,
    "a desk of another oracle": { ...named, [`${DESK} ${ORACLE_CALL}`]: wordOf(PLAYER) },
  };
  for (const [title, answers] of Object.entries(wrong)) {
    it(`refuses ${title}`, async () => {
      await assert.rejects(readDesk(node(answers), ORACLE), WrongDesk);
    });
  }

  it("does not take a node that is away for a wrong desk", async () => {
    const away = { read: async () => Promise.reject(new ChainUnavailable("it is away")) };

    await assert.rejects(readDesk(away, ORACLE), ChainUnavailable);
  });
});
