import type { Address } from "ainft-core";
import { expect } from "chai";
import { ContractFactory, id } from "ethers";
import { readArtifact } from "../../../scripts/lib/artifacts";
import { CollectionKind } from "../../../scripts/lib/collection-kinds";
import { mined } from "../../../scripts/lib/mined";
import {
  AINFT721SecondMock__factory,
  AINFTFactory__factory,
  IAINFT721__factory,
  InferenceOracle__factory,
  UpgradeableBeacon__factory,
} from "../../../typechain-types";
import { type Act, callOf } from "./act";
import { fundEconomy } from "./first-acts";
import { slash, upgradeRegistry } from "./provider-acts";
import { carry, FIRST_MANIFEST, type World, write } from "./world";

const SECOND_MANIFEST = id("the collective's second manifest");
const activeOf = async ({ collection }: World) => (await collection.programOf(1)).activeManifest;

const publish: Act = {
  title: "publish a new model version by its exact manifest digest",
  dao: ({ collective }) => collective,
  prepare: async ({ collection }) => [callOf(collection, "publishManifest", [1, SECOND_MANIFEST])],
  before: async (world) => {
    expect(await activeOf(world)).to.equal(FIRST_MANIFEST);
  },
  after: async (world) => {
    expect(await activeOf(world)).to.equal(SECOND_MANIFEST);
    expect((await world.collection.programOf(1)).versionCount).to.equal(2n);
  },
};

const rollBack: Act = {
  title: "roll back to an earlier version",
  dao: ({ collective }) => collective,
  prepare: async (world) => {
    await carry(world, write(world, world.collective, "Publish first", await publish.prepare(world)));
    return [callOf(world.collection, "activateVersion", [1, 1, id("the second one forgets its name")])];
  },
  before: publish.after,
  after: async (world) => {
    expect(await activeOf(world)).to.equal(FIRST_MANIFEST);
    expect((await world.collection.programOf(1)).versionCount).to.equal(2n);
  },
};

const SALT = id("an upgradeable collection");

async function upgradeable(world: World) {
  const { suite, creator } = world;
  const factory = AINFTFactory__factory.connect(suite.factory, creator);
  const config = {
    name: "Upgradeable",
    symbol: "UP",
    controller: creator.address,
    oracle: suite.oracle,
    arbiter: creator.address,
  };
  const kind = CollectionKind.ERC721;
  const address = await factory.predictUpgradeableCollection(kind, creator.address, SALT, config);
  const beacon = UpgradeableBeacon__factory.connect(await factory.beacon(kind), creator);
  return { factory, config, kind, collection: IAINFT721__factory.connect(address, creator), address, beacon };
}

/** Everything that an upgrade has to leave as it is. */
async function storedIn(world: World) {
  const { collection } = await upgradeable(world);
  return {
    name: await collection.name(),
    owner: await collection.ownerOf(1),
    controller: await collection.getFunction("owner").staticCall(),
    program: [...(await collection.programOf(1))],
    manifests: [await collection.manifestOf(1, 1), await collection.manifestOf(1, 2)],
    oracle: await collection.oracle(),
    totalMinted: await collection.totalMinted(),
  };
}

let kept: unknown;

const upgrade: Act = {
  title: "upgrade the collections that follow a beacon, which keep their state",
  dao: ({ network }) => network,
  prepare: async (world) => {
    const { factory, config, kind, collection, beacon } = await upgradeable(world);
    await mined(factory.createUpgradeableCollection(kind, SALT, config));
    await mined(collection.mint(world.creator.address, id("one")));
    await mined(collection.publishManifest(1, id("two")));
    kept = await storedIn(world);
    const extension = world.suite.record.contracts["AINFT721Extension"]?.address;
    const second = await new AINFT721SecondMock__factory(world.creator).deploy(extension ?? "");
    return [callOf(beacon, "upgradeTo", [await (await second.waitForDeployment()).getAddress()])];
  },
  before: async (world) => {
    const { beacon } = await upgradeable(world);
    expect(await beacon.implementation()).to.equal(world.suite.implementation);
  },
  after: async (world) => {
    const { address } = await upgradeable(world);
    expect(await AINFT721SecondMock__factory.connect(address, world.stranger).codeRevision()).to.equal(2n);
    expect(await storedIn(world)).to.deep.equal(kept);
  },
};

const oracleOf = ({ suite, stranger }: World) => InferenceOracle__factory.connect(suite.oracle, stranger);
const newReporters = ({ chain }: World): string[] =>
  [7, 8, 9].map((index) => chain.account(index).address).sort((left, right) => (BigInt(left) < BigInt(right) ? -1 : 1));

const rotate: Act = {
  title: "rotate the reporters of the oracle",
  dao: ({ network }) => network,
  prepare: async (world) => [callOf(oracleOf(world), "setConfig", [newReporters(world), 3, 3_600])],
  before: async (world) => {
    expect(await oracleOf(world).currentConfig()).to.equal(1n);
  },
  after: async (world) => {
    expect(await oracleOf(world).currentConfig()).to.equal(2n);
    const [reporters, threshold] = await oracleOf(world).configOf(2);
    expect([[...reporters], threshold]).to.deep.equal([newReporters(world), 3n]);
  },
};

let adopted = "";

const adopt: Act = {
  title: "adopt a new oracle",
  dao: ({ collective }) => collective,
  prepare: async ({ collection, creator, collective }) => {
    const { abi, bytecode } = readArtifact("InferenceOracle");
    const oracle = await new ContractFactory(abi, bytecode, creator).deploy(collective.timelockAddress);
    adopted = await (await oracle.waitForDeployment()).getAddress();
    return [callOf(collection, "setOracle", [adopted])];
  },
  before: async ({ collection, suite }) => {
    expect(await collection.oracle()).to.equal(suite.oracle);
  },
  after: async ({ collection }) => {
    expect(await collection.oracle()).to.equal(adopted);
  },
};

const PAYEE: Address = `0x${"da".repeat(20)}`;

const spend: Act = {
  title: "spend from the treasury, AIN and ether",
  dao: ({ network }) => network,
  prepare: async ({ token, network, majority }) => {
    await mined(token.transfer(network.timelockAddress, 50n));
    await mined(majority.sendTransaction({ to: network.timelockAddress, value: 1_000n }));
    return [callOf(token, "transfer", [PAYEE, 40n]), { target: PAYEE, value: 700n, data: "0x" }];
  },
  before: async ({ token, chain, network }) => {
    expect([await token.balanceOf(PAYEE), await chain.provider.getBalance(PAYEE)]).to.deep.equal([0n, 0n]);
    expect(await token.balanceOf(network.timelockAddress)).to.equal(50n);
  },
  after: async ({ token, chain, network }) => {
    expect([await token.balanceOf(PAYEE), await chain.provider.getBalance(PAYEE)]).to.deep.equal([40n, 700n]);
    expect(await token.balanceOf(network.timelockAddress)).to.equal(10n);
    expect(await chain.provider.getBalance(network.timelockAddress)).to.equal(300n);
  },
};

const changeQuorum: Act = {
  title: "change the quorum",
  dao: ({ network }) => network,
  prepare: async ({ network }) => [callOf(network.governor, "updateQuorumNumerator", [500])],
  before: async ({ network }) => {
    expect(await network.governor["quorumNumerator()"]()).to.equal(2_000n);
  },
  after: async ({ network }) => {
    expect(await network.governor["quorumNumerator()"]()).to.equal(500n);
  },
};

/** Everything that a vote is shown to do. Whatever else the timelock comes to own gets its act here. */
export const ACTS: readonly Act[] = [
  publish,
  rollBack,
  upgrade,
  rotate,
  adopt,
  spend,
  changeQuorum,
  fundEconomy,
  slash,
  upgradeRegistry,
];
