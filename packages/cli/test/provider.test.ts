import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { CREATOR, type Creator, newCreator, testAccount } from "./helpers/creator.ts";
import { pass } from "./helpers/dao.ts";
import { as, providers } from "./helpers/providers.ts";
import { answer, jsonAnswer, run } from "./helpers/run.ts";

describe("the commands of a provider", () => {
  let creator: Creator;

  before(async () => {
    creator = await newCreator("--dao", CREATOR);
    await providers(creator);
  });
  after(async () => creator.suite.close());

  it("show a provider as it registered", async () => {
    const { heartbeatAt: _at, ...shown } = await jsonAnswer(["provider", "show", CREATOR], creator);
    assert.deepEqual(shown, {
      ...{ provider: CREATOR, active: true, reporterKey: testAccount(5).address, capacity: "large-gpu" },
      ...{ listed: true, jailed: false, bonded: (20_000n * 10n ** 18n).toString(), unbonding: "0" },
      endpoint: "https://relay.example",
    });
    const stranger = await answer(["provider", "show", testAccount(7).address], creator);
    assert.match(stranger, /: not listed, not active\n/u);
    assert.match(stranger, /last seen never$/u);
  });

  it("bond more stake", async () => {
    assert.match(await answer(["provider", "stake", "0.5"], creator), /^20000\.5 AIN are bonded\n/u);
  });

  it("keep a provider active by the provider's heartbeat, or its key's", async () => {
    const isActive = async (): Promise<unknown> => (await jsonAnswer(["provider", "show", CREATOR], creator))["active"];
    await pass(creator, 2);
    assert.equal(await isActive(), false);
    await answer(["provider", "heartbeat"], creator);
    assert.equal(await isActive(), true);
    await pass(creator, 2);
    await answer(["provider", "heartbeat", "--provider", CREATOR], as(creator, "5"));
    assert.equal(await isActive(), true);
  });

  it("name AIN's own error when the registry may not take the stake", async () => {
    const { code, err } = await run(["provider", "stake", "15000"], creator);
    assert.equal(code, 1);
    assert.match(err[0] ?? "", /^ainft: increaseStake is refused: ERC20InsufficientAllowance\(/u);
  });

  it("do not register with a consent that the key gave to somebody else, or too long ago", async () => {
    const argv = ["provider", "register", "next-key.json", "--stake", "10000", "--endpoint", "https://relay.example"];
    await answer(["provider", "consent", testAccount(7).address, "--out", "other.json"], as(creator, "6"));
    const stolen = await run(argv.with(2, "other.json"), as(creator, "4"));
    assert.match(stolen.err[0] ?? "", /^ainft: register is refused: ProviderRegistryBadConsent\(/u);
    await pass(creator, 2);
    const late = await run(argv, as(creator, "4"));
    assert.match(late.err[0] ?? "", /^ainft: register is refused: ProviderRegistryConsentExpired\(/u);
    assert.equal(late.code, 1);
  });
});
