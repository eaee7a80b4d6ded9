import { expect } from "chai";
import { concat, getCreate2Address, keccak256, AbiCoder, ZeroAddress } from "ethers";
import { deployContract, loadFixture, provider } from "../helpers/chain";
import { type Dao, daoOpened, deployGovernors, governedAt, RULES, SALT, SUPPLY } from "../helpers/dao";
import { eventsOf } from "../helpers/events";
import { dangerousInstructions } from "../helpers/interfaces";
import { digestOf } from "../helpers/typed-data";

const otherSalt = digestOf("salt of another DAO");

describe("Governors", () => {
  describe("constructor", () => {
    it("refuses code that is not there", async () => {
      const { governors, stranger } = await loadFixture(daoOpened);
      const honest = await governors.governorImplementation();
      for (const args of [
        [stranger.address, honest],
        [honest, stranger.address],
      ]) {
        await expect(deployContract("Governors", args))
          .to.be.revertedWithCustomError(governors, "GovernorsNoImplementation")
          .withArgs(stranger.address);
      }
    });
  });

  describe("openGovernor", () => {
    const open = ({ governors, tokenAddress }: Dao, by: Dao["stranger"], salt = otherSalt) =>
      governors.connect(by).openGovernor(salt, "Other DAO", tokenAddress, RULES, [], []);

    it("opens both as clones of 45 bytes, with the rules given, and nobody else in charge", async () => {
      const world = await loadFixture(daoOpened);
      const { governors, friend, tokenAddress } = world;
      const [governorAddress, timelockAddress] = await governors.predictGovernor(friend.address, otherSalt);
      const { governor, timelock } = governedAt(governorAddress, timelockAddress, friend);
      const events = await eventsOf(open(world, friend), governors, timelock, governor);

      expect(events[0]).to.deep.equal([
        "GovernorOpened",
        governorAddress,
        timelockAddress,
        friend.address,
        tokenAddress,
        "Other DAO",
      ]);
      for (const [clone, implementation] of [
        [governorAddress, await governors.governorImplementation()],
        [timelockAddress, await governors.timelockImplementation()],
      ] as const) {
        const code = concat(["0x363d3d373d3d3d363d73", implementation, "0x5af43d82803e903d91602b57fd5bf3"]);
        expect(await provider.getCode(clone)).to.equal(code);
      }
      expect([await governor.name(), await governor.version()]).to.deep.equal(["Other DAO", "1"]);
      expect([await governor.token(), await governor.timelock()]).to.deep.equal([tokenAddress, timelockAddress]);
      expect([
        await governor.votingDelay(),
        await governor.votingPeriod(),
        await governor.lateQuorumVoteExtension(),
        await governor["quorumNumerator()"](),
        await governor.proposalThreshold(),
        await timelock.getMinDelay(),
      ]).to.deep.equal(Object.values(RULES));
    });

    it("[peers D35] gives addresses that depend on the opener and the salt, and on nothing else", async () => {
      const world = await loadFixture(daoOpened);
      const { governors, friend, stranger } = world;
      const boundSalt = keccak256(
        AbiCoder.defaultAbiCoder().encode(["address", "bytes32"], [friend.address, otherSalt]),
      );
      const addressOf = (implementation: string): string =>
        getCreate2Address(
          world.governorsAddress,
          boundSalt,
          keccak256(
            concat(["0x3d602d80600a3d3981f3363d3d373d3d3d363d73", implementation, "0x5af43d82803e903d91602b57fd5bf3"]),
          ),
        );
      const expected = [
        addressOf(await governors.governorImplementation()),
        addressOf(await governors.timelockImplementation()),
      ];
      await open(world, stranger); // under the same salt

      expect([...(await governors.predictGovernor(friend.address, otherSalt))]).to.deep.equal(expected);
      await open(world, friend);
      for (const address of expected) expect(await provider.getCode(address)).not.to.equal("0x");
    });

    it("is refused under a salt that was used", async () => {
      const world = await loadFixture(daoOpened);

      const clones = await deployGovernors();

      await expect(open(world, world.creator, SALT)).to.be.revertedWithCustomError(clones, "FailedDeployment");
    });

    it("lets the timelock make its opening calls at once, as itself, and tells them", async () => {
      const world = await loadFixture(daoOpened);
      const { governors, creator, friend, token, tokenAddress } = world;
      const [governorAddress, timelockAddress] = await governors.predictGovernor(friend.address, otherSalt);
      const { timelock, governor } = governedAt(governorAddress, timelockAddress, friend);
      const own = await deployContract("AINToken", [creator.address, SUPPLY, timelockAddress, 100n]);
      const ownAddress = await own.getAddress();
      await own.connect(creator).transferOwnership(timelockAddress);
      const accept = own.interface.encodeFunctionData("acceptOwnership");
      const pay = own.interface.encodeFunctionData("transfer", [friend.address, 30n]);

      const opened = governors
        .connect(friend)
        .openGovernor(otherSalt, "Other DAO", tokenAddress, RULES, [ownAddress, ownAddress], [accept, pay]);
      const events = await eventsOf(opened, governors, timelock, governor, own);

      expect(events.filter(([name]) => /OpeningCall|Ownership|^Transfer/u.test(name))).to.deep.equal([
        ["OpeningCallExecuted", 0n, ownAddress, accept],
        ["OwnershipTransferred", creator.address, timelockAddress],
        ["OpeningCallExecuted", 1n, ownAddress, pay],
        ["Transfer", timelockAddress, friend.address, 30n],
      ]);
      expect([await own.owner(), await token.balanceOf(friend.address)]).to.deep.equal([timelockAddress, 299n]);
    });

    it("opens nothing when an opening call fails: its reason is told", async () => {
      const { governors, friend, token, tokenAddress } = await loadFixture(daoOpened);
      const accept = token.interface.encodeFunctionData("acceptOwnership");
      const [governorAddress, timelockAddress] = await governors.predictGovernor(friend.address, otherSalt);

      await expect(
        governors.connect(friend).openGovernor(otherSalt, "Other DAO", tokenAddress, RULES, [tokenAddress], [accept]),
      )
        .to.be.revertedWithCustomError(token, "OwnableUnauthorizedAccount")
        .withArgs(timelockAddress);
      expect(await provider.getCode(governorAddress)).to.equal("0x");
    });

    it("refuses votes that count by blocks, and votes that are no contract", async () => {
      const { governors, governor, stranger } = await loadFixture(daoOpened);
      const blocks = await (await deployContract("BlockVotesMock")).getAddress();
      const byStranger = governors.connect(stranger);

      await expect(byStranger.openGovernor(otherSalt, "Other DAO", blocks, RULES, [], []))
        .to.be.revertedWithCustomError(governor, "AINGovernorNoTimestampVotes")
        .withArgs(blocks);
      await expect(
        byStranger.openGovernor(otherSalt, "Other DAO", ZeroAddress, RULES, [], []),
      ).to.be.revertedWithoutReason();
    });

    it("refuses rules that are none", async () => {
      const { governors, governor, tokenAddress, stranger } = await loadFixture(daoOpened);
      const cases = [
        [{ votingPeriod: 0n, lateQuorumExtension: 0n }, "GovernorInvalidVotingPeriod", [0n]],
        [{ quorumBps: 0n }, "AINGovernorNoQuorum", []],
        [{ quorumBps: 10_001n }, "GovernorInvalidQuorumFraction", [10_001n, 10_000n]],
        [
          { lateQuorumExtension: RULES.votingPeriod + 1n },
          "GovernorPreventLateQuorumVoteExtensionTooLarge",
          [RULES.votingPeriod + 1n, RULES.votingPeriod],
        ],
      ] as const;
      for (const [changed, error, args] of cases) {
        const rules = { ...RULES, ...changed };
        await expect(governors.connect(stranger).openGovernor(otherSalt, "Other DAO", tokenAddress, rules, [], []))
          .to.be.revertedWithCustomError(governor, error)
          .withArgs(...args);
      }
    });
  });

  it("[lineage 17] holds no instruction that could replace or destroy its code", async () => {
    const { governorsAddress } = await loadFixture(daoOpened);

    expect(dangerousInstructions(await provider.getCode(governorsAddress))).to.deep.equal([]);
  });
});
