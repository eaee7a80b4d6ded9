import { expect } from "chai";
import type { BaseContract, Interface } from "ethers";
import {
  IAINFT721__factory,
  IAINFT__factory,
  IAINFTCollection__factory,
  IAINFTFactory__factory,
  IERC4906Events__factory,
  IInferenceOracle__factory,
} from "../../typechain-types";
import { deployContract, loadFixture, provider } from "../helpers/chain";
import { collectionOpened, type OpenCollection } from "../helpers/fixtures";
import { dangerousInstructions, declarations } from "../helpers/interfaces";

interface Promises {
  name: string;
  contract(world: OpenCollection): BaseContract;
  /** The interfaces whose every line must be in its ABI. */
  interfaces: Record<string, { createInterface(): Interface }>;
  /** Which events and errors are ours, and not those of a standard or of the libraries below. */
  ours: RegExp;
}

const promises: Promises[] = [
  {
    name: "AINFT721",
    contract: ({ implementation }: OpenCollection): BaseContract => implementation,
    interfaces: {
      IAINFT: IAINFT__factory,
      IAINFT721: IAINFT721__factory,
      IAINFTCollection: IAINFTCollection__factory,
      IERC4906Events: IERC4906Events__factory,
    },
    ours: /^(error|event) (AINFT|Version|Program|Training|StateUpdated|Oracle|Metadata|Batch)/u,
  },
  {
    name: "AINFTFactory",
    contract: ({ factory }: OpenCollection): BaseContract => factory,
    interfaces: { IAINFTFactory: IAINFTFactory__factory },
    ours: /^(error|event) (AINFT|Collection)/u,
  },
  {
    name: "InferenceOracle",
    contract: ({ oracle }: OpenCollection): BaseContract => oracle,
    interfaces: { IInferenceOracle: IInferenceOracle__factory },
    ours: /^(error|event) (InferenceOracle|Request|Result|Config)/u,
  },
];

for (const { name, contract, interfaces, ours } of promises) {
  describe(name, () => {
    for (const [promise, factory] of Object.entries(interfaces)) {
      it(`has every function, event and error of ${promise}, letter by letter`, async () => {
        const world = await loadFixture(collectionOpened);

        expect(declarations(contract(world).interface)).to.include.members(declarations(factory.createInterface()));
      });
    }

    it("declares no event or error of ours outside its interfaces", async () => {
      const world = await loadFixture(collectionOpened);
      const promised = Object.values(interfaces).flatMap((factory) => declarations(factory.createInterface()));

      const own = declarations(contract(world).interface).filter((line) => ours.test(line));

      expect(promised).to.include.members(own);
    });

    it("holds no instruction that could replace or destroy its code", async () => {
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
