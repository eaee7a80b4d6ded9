import { expect } from "chai";
import { deploySuite } from "../../scripts/deploy";
import { IOwnable2Step__factory } from "../../typechain-types";
import { loadFixture } from "../helpers/chain";
import { contractsOf, deploymentOf, emptyChain, SENDING_STEPS } from "./helpers/deployment";

describe("Ownership after a deployment", () => {
  it("is offered to the owner, and the record says that acceptance is pending", async () => {
    const crew = await loadFixture(emptyChain);
    const suite = await deploySuite(deploymentOf(crew));
    const { oracle } = contractsOf(suite, crew.deployer);

    expect(await oracle.getFunction("pendingOwner")()).to.equal(crew.owner.address);
    expect(suite.record.ownership).to.deep.equal({ owner: crew.deployer.address, pendingOwner: crew.owner.address });
  });

  it("can be accepted by nobody else", async () => {
    const crew = await loadFixture(emptyChain);
    const { oracle } = contractsOf(await deploySuite(deploymentOf(crew)), crew.stranger);

    await expect(oracle.getFunction("acceptOwnership")())
      .to.be.revertedWithCustomError(oracle, "OwnableUnauthorizedAccount")
      .withArgs(crew.stranger.address);
  });

  it("leaves the deployer no role once it is accepted, and the next run records that without a transaction", async () => {
    const crew = await loadFixture(emptyChain);
    const options = deploymentOf(crew);
    const { oracle } = contractsOf(await deploySuite(options), crew.owner);
    await oracle.getFunction("acceptOwnership")();
    const nonce = await crew.deployer.getNonce();

    const suite = await deploySuite(options);

    expect(suite.record.ownership).to.deep.equal({ owner: crew.owner.address });
    expect(await crew.deployer.getNonce()).to.equal(nonce);
    const { oracle: byDeployer } = contractsOf(suite, crew.deployer);
    for (const [name, ...args] of [
      ["setConfig", crew.reporters, 1, 0],
      ["revokeConfig", 1],
      ["transferOwnership", crew.deployer.address],
      ["renounceOwnership"],
      ["acceptOwnership"],
    ] as const) {
      await expect(byDeployer.getFunction(name)(...args), name)
        .to.be.revertedWithCustomError(oracle, "OwnableUnauthorizedAccount")
        .withArgs(crew.deployer.address);
    }
  });

  it("stays with the deployer when the deployer is the owner: one transaction less, nothing pending", async () => {
    const crew = await loadFixture(emptyChain);
    const first = await crew.deployer.getNonce();
    const suite = await deploySuite(deploymentOf(crew, { owner: crew.deployer.address }));
    const { oracle } = contractsOf(suite, crew.deployer);

    expect(await oracle.getFunction("owner")()).to.equal(crew.deployer.address);
    expect(suite.record.ownership).to.deep.equal({ owner: crew.deployer.address });
    expect(await crew.deployer.getNonce()).to.equal(first + SENDING_STEPS.length - 1);
  });

  it("gives the binder and the beacons of every kind to the owner at once", async () => {
    const crew = await loadFixture(emptyChain);
    const suite = await deploySuite(deploymentOf(crew));
    const { factory } = contractsOf(suite, crew.deployer);
    const binder = suite.record.contracts["AINFTBinder"]?.address ?? "";
    const beacons = await Promise.all(
      [0, 1, 2, 3].map((kind) => factory.getFunction("beacon")(kind) as Promise<string>),
    );

    for (const address of [binder, ...beacons]) {
      const owned = IOwnable2Step__factory.connect(address, crew.deployer);
      expect(await owned.owner()).to.equal(crew.owner.address);
    }
  });

  it("gives nobody a role in the factory, whose only functions that write are open to all", async () => {
    const crew = await loadFixture(emptyChain);
    const { factory } = contractsOf(await deploySuite(deploymentOf(crew)), crew.deployer);
    const writing = factory.interface.fragments.filter(
      (fragment) => fragment.type === "function" && !/ (view|pure) /.test(fragment.format("full")),
    );

    expect(writing.map((fragment) => fragment.format("minimal").split("(")[0])).to.deep.equal([
      "function createCollection",
      "function createUpgradeableCollection",
    ]);
  });
});
