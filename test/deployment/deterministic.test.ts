import { expect } from "chai";
import { keccak256 } from "ethers";
import {
  DAO_DEPLOY_STEPS,
  deploySuite,
  FactoryMissingError,
  FactoryRefusedError,
  planSuite,
  SUITE_SALT,
} from "../../scripts/deploy";
import { predict } from "../../scripts/deploy/predictions";
import { developmentAccount } from "../../scripts/lib/accounts";
import {
  CREATE2_FACTORY,
  creationCall,
  FACTORY_CODE_HASH,
  FACTORY_COST,
  FACTORY_SIGNER,
  FactoryCodeMismatchError,
} from "../../scripts/lib/create2-factory";
import { mined } from "../../scripts/lib/mined";
import { ContractRecord, DeploymentRecord, memoryRecordStore, RecordStore } from "../../scripts/lib/records";
import { Anvil, startAnvil } from "./helpers/anvil";
import { expectedAddresses, failureOf, Killed, killAt, recordedAddresses, SENDING_STEPS } from "./helpers/deployment";

const DEPLOYER = developmentAccount(0);
const STRANGER = developmentAccount(8);
const OWNER = developmentAccount(9).address;
const REPORTERS = [1, 2, 3].map((index) => developmentAccount(index).address);
const NO_FACTORY = "--disable-default-create2-deployer";
const FACTORY_STEP = "00-create2-factory";

/** Every address that a record tells of. */
function addressesOf({ contracts, made, dao }: DeploymentRecord): unknown {
  return [Object.entries(contracts).map(([name, { address }]) => [name, address]), made, dao];
}

/** As they were created. */
function inOrder({ contracts }: DeploymentRecord): ContractRecord[] {
  return Object.values(contracts).sort((left, right) => Number((left.blockNumber ?? 0n) - (right.blockNumber ?? 0n)));
}

describe("The addresses of a suite", () => {
  const running: Anvil[] = [];

  afterEach(async () => {
    await Promise.all(running.splice(0).map((anvil) => anvil.stop()));
  });

  const start = async (...args: string[]): Promise<Anvil> => {
    const anvil = await startAnvil(...args);
    running.push(anvil);
    return anvil;
  };
  const on = (anvil: Anvil, records: RecordStore = memoryRecordStore(), chainId = 31_337n) => ({
    signer: DEPLOYER.connect(anvil.provider),
    network: { ...anvil.network, chainId },
    reporters: REPORTERS,
    threshold: 2,
    owner: OWNER,
    records,
  });
  const publicOn = (anvil: Anvil) => ({
    ...on(anvil),
    network: { ...anvil.network, name: "testnet", kind: "public" } as const,
    confirm: () => true,
  });
  const nonceOn = (anvil: Anvil) => anvil.provider.getTransactionCount(DEPLOYER.address);

  it("are equal on two chains, with other chain ids, other nonces and another way to the factory", async () => {
    const first = await start("--chain-id", "1001");
    const second = await start("--chain-id", "1002", NO_FACTORY);
    for (let count = 0; count < 5; count += 1) {
      await mined(DEPLOYER.connect(second.provider).sendTransaction({ to: OWNER, value: 1n }));
    }
    const { owner: _, ...here } = on(first, memoryRecordStore(), 1001n);
    const { owner: __, ...there } = on(second, memoryRecordStore(), 1002n);
    const dao = { holder: OWNER };

    const { record } = await deploySuite({ ...here, dao });
    const other = await deploySuite({ ...there, dao });

    expect(addressesOf(other.record)).to.deep.equal(addressesOf(record));
    expect(other.record.roles).to.deep.equal(record.roles);
    expect([record.chainId, other.record.chainId]).to.deep.equal([1001n, 1002n]);
    expect([await nonceOn(first), await nonceOn(second)]).to.deep.equal([
      DAO_DEPLOY_STEPS.length - 1,
      5 + DAO_DEPLOY_STEPS.length,
    ]);
  });

  it("stay the same when a stranger creates every contract first: the deployer only sets the suite up", async () => {
    const [theirs, ours] = [await start(), await start()];
    const { owner: _, ...there } = on(theirs);
    const { owner: __, ...here } = on(ours);
    const dao = { holder: OWNER };
    const undisturbed = await deploySuite({ ...there, dao });
    for (const { transactionHash } of inOrder(undisturbed.record)) {
      const transaction = await theirs.provider.getTransaction(transactionHash ?? "");
      const { to = "", data = "" } = transaction ?? {};
      await mined(STRANGER.connect(ours.provider).sendTransaction({ to, data }));
    }

    const { record } = await deploySuite({ ...here, dao });

    expect(addressesOf(record)).to.deep.equal(addressesOf(undisturbed.record));
    expect([record.roles, record.ownership]).to.deep.equal([undisturbed.record.roles, undisturbed.record.ownership]);
    expect(Object.values(record.roles ?? {})).to.not.include(STRANGER.address);
    expect(await nonceOn(ours)).to.equal(3); // reporters, the offer to the timelock, and the DAO
    const ourCreations = Object.values(record.contracts).filter(({ transactionHash }) => transactionHash);
    expect(ourCreations).to.deep.equal([]);
    expect((await deploySuite({ ...here, dao, records: memoryRecordStore(record) })).stepsRun).to.equal(0);
  });

  it("stay the same when a stranger is quicker than a transaction that is on its way", async () => {
    const anvil = await start("--no-mining");
    const records = memoryRecordStore();
    await failureOf(deploySuite({ ...on(anvil, records), onProgress: killAt("01-oracle", "sent") }), Killed);
    const { initCode, address } = predict("InferenceOracle", [DEPLOYER.address], SUITE_SALT);
    const fees = { maxFeePerGas: 10n ** 12n, maxPriorityFeePerGas: 10n ** 11n, gasLimit: 16_000_000n };
    await STRANGER.connect(anvil.provider).sendTransaction({ ...creationCall(SUITE_SALT, initCode), ...fees });
    await anvil.provider.send("evm_mine", []);
    await anvil.provider.send("evm_setAutomine", [true]);

    const { record } = await deploySuite(on(anvil, records));

    expect(record.contracts["InferenceOracle"]).to.include({ address }).and.not.to.have.property("transactionHash");
    expect(recordedAddresses(record)).to.deep.equal(expectedAddresses(DEPLOYER.address, OWNER));
    expect(await nonceOn(anvil)).to.equal(SENDING_STEPS.length);
  });

  it("differ by the salt that is named, and by nothing else", async () => {
    const anvil = await start();
    const salt = `0x${"Ab".repeat(32)}`;

    const { record } = await deploySuite({ ...on(anvil), salt });

    expect(record.salt).to.equal(salt.toLowerCase());
    expect(recordedAddresses(record)).to.deep.equal(expectedAddresses(DEPLOYER.address, OWNER, salt));
  });

  describe("where the factory is missing", () => {
    it("puts it onto a local chain, and into the plan with what it costs", async () => {
      const anvil = await start(NO_FACTORY);
      const { steps, value } = await planSuite(on(anvil));
      expect([steps[0]?.id, steps[0]?.outlook.kind, value]).to.deep.equal([FACTORY_STEP, "send", FACTORY_COST]);

      await deploySuite(on(anvil));

      expect(keccak256(await anvil.provider.getCode(CREATE2_FACTORY))).to.equal(FACTORY_CODE_HASH);
      expect(await nonceOn(anvil)).to.equal(SENDING_STEPS.length + 1);
    });

    for (const kind of ["noted", "sent", "mined", "recorded"] as const) {
      it(`finishes what a run began that was killed when it was ${kind}, and pays once`, async () => {
        const anvil = await start(NO_FACTORY);
        const records = memoryRecordStore();
        await failureOf(deploySuite({ ...on(anvil, records), onProgress: killAt(FACTORY_STEP, kind) }), Killed);

        const { record } = await deploySuite(on(anvil, records));

        expect(recordedAddresses(record)).to.deep.equal(expectedAddresses(DEPLOYER.address, OWNER));
        expect(await nonceOn(anvil)).to.equal(SENDING_STEPS.length + 1);
        expect(record.pending).to.equal(undefined);
      });
    }

    it("pays nothing when its signer has enough", async () => {
      const anvil = await start(NO_FACTORY);
      await mined(STRANGER.connect(anvil.provider).sendTransaction({ to: FACTORY_SIGNER, value: FACTORY_COST }));

      await deploySuite(on(anvil));

      expect(await nonceOn(anvil)).to.equal(SENDING_STEPS.length);
    });

    it("refuses a public chain, says what to do, and sends nothing", async () => {
      const anvil = await start(NO_FACTORY);

      const failure = await failureOf(deploySuite(publicOn(anvil)), FactoryMissingError);

      expect(failure.message)
        .to.include('The network "testnet" has no CREATE2 factory')
        .and.to.include("Run again with --place-factory")
        .and.not.to.include("\n");
      expect(await nonceOn(anvil)).to.equal(0);
    });

    it("puts it onto a public chain when told to", async () => {
      const anvil = await start(NO_FACTORY);

      await deploySuite({ ...publicOn(anvil), placeFactory: true });

      expect(keccak256(await anvil.provider.getCode(CREATE2_FACTORY))).to.equal(FACTORY_CODE_HASH);
    });

    it("names the reason when its one transaction was spent and made nothing", async () => {
      const anvil = await start(NO_FACTORY);
      await anvil.provider.send("anvil_setNonce", [FACTORY_SIGNER, "0x1"]);

      const failure = await failureOf(deploySuite(on(anvil)), FactoryRefusedError);

      expect(failure.reason).to.equal("its one transaction was spent there and made nothing");
      expect(await nonceOn(anvil)).to.equal(0);
    });

    it("names the reason when the node refuses the transaction", async () => {
      const anvil = await start(NO_FACTORY, "--base-fee", "200000000000");

      const failure = await failureOf(deploySuite(on(anvil)), FactoryRefusedError);

      expect(failure.reason).to.equal("the node refused its published transaction");
    });
  });

  it("are refused where something else stands in the factory's place", async () => {
    const anvil = await start();
    await anvil.provider.send("anvil_setCode", [CREATE2_FACTORY, "0x00"]);

    const failure = await failureOf(deploySuite(on(anvil)), FactoryCodeMismatchError);

    expect(failure.codeHash).to.equal(keccak256("0x00"));
    expect(await nonceOn(anvil)).to.equal(0);
  });
});
