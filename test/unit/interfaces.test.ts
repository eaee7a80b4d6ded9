import { expect } from "chai";
import type { BaseContract, Interface } from "ethers";
import { IAINFTFactory__factory, IInferenceOracle__factory } from "../../typechain-types";
import { deployContract, loadFixture, provider } from "../helpers/chain";
import { collectionOpened, type OpenCollection } from "../helpers/fixtures";
import { dangerousInstructions, declarations } from "../helpers/interfaces";

interface Promises {
  name: string;
  contract(world: OpenCollection): BaseContract;
  /** The interface whose every line must be in its ABI. */
  promise: string;
  abi: Interface;
  /** Which events and errors are ours, and not those of a standard or of the libraries below. */
  ours: RegExp;
}

const promises: Promises[] = [
  {
    name: "AINFTFactory",
    contract: ({ factory }: OpenCollection): BaseContract => factory,
    promise: "IAINFTFactory",
    abi: IAINFTFactory__factory.createInterface(),
    ours: /^(error|event) (AINFT|Collection)/u,
  },
  {
    name: "InferenceOracle",
    contract: ({ oracle }: OpenCollection): BaseContract => oracle,
    promise: "IInferenceOracle",
    abi: IInferenceOracle__factory.createInterface(),
    ours: /^(error|event) (InferenceOracle|Request|Result|Config)/u,
  },
];

for (const { name, contract, promise, abi, ours } of promises) {
  describe(name, () => {
    it(`[lineage 7] has every function, event and error of ${promise}, letter by letter`, async () => {
      const world = await loadFixture(collectionOpened);

      expect(declarations(contract(world).interface)).to.include.members(declarations(abi));
    });

    it("declares no event or error of ours outside its interface", async () => {
      const world = await loadFixture(collectionOpened);

      const own = declarations(contract(world).interface).filter((line) => ours.test(line));

      expect(declarations(abi)).to.include.members(own);
    });

    it("[lineage 17] holds no instruction that could replace or destroy its code", async () => {
      const world = await loadFixture(collectionOpened);

      expect(dangerousInstructions(await provider.getCode(await contract(world).getAddress()))).to.deep.equal([]);
    });
  });
}

describe("the search for dangerous instructions", () => {
  it("finds the one by which a proxy runs foreign code", async () => {
    const { implementation } = await loadFixture(collectionOpened);
    const proxy = await deployContract("DelegateProxyMock", [await implementation.getAddress()]);

    expect(dangerousInstructions(await provider.getCode(await proxy.getAddress()))).to.deep.equal(["DELEGATECALL"]);
  });
});
