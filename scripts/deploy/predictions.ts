import { concat, id, Interface, keccak256, Provider, toBeHex } from "ethers";
import { Artifact, readArtifact } from "../lib/artifacts";
import { create2Address } from "../lib/create2-factory";
import { ConstructorArgument } from "../lib/records";
import { Scene } from "./context";
import { DeployArgumentError, MissingContractError } from "./errors";
import { artifactOf } from "./recorded-names";

/** How one contract is created. */
export interface Creation {
  /** Its name in the record. */
  readonly contract: string;
  readonly args: (scene: Scene) => readonly ConstructorArgument[];
}

/** What is known of a contract before it is created. */
export interface Predicted {
  readonly address: string;
  readonly artifact: Artifact;
  readonly constructorArguments: readonly ConstructorArgument[];
  readonly initCode: string;
  readonly initCodeHash: string;
}

/** The salt of an ordinary deployment. */
export const SUITE_SALT = id("AINFT suite");

const MOST_FRESH_STARTS = 100;

/** Where every contract of a deployment will stand: nothing that happens on the chain changes it. */
export class Predictions {
  private readonly known = new Map<string, Predicted>();

  constructor(private readonly creations: readonly Creation[]) {}

  /** Throws `MissingContractError` when no step creates it. */
  of(contract: string, scene: Scene): Predicted {
    const known = this.known.get(contract);
    if (known !== undefined) return known;
    const creation = this.creations.find((one) => one.contract === contract);
    if (creation === undefined) throw new MissingContractError(contract);
    const predicted = predict(contract, creation.args(scene), scene.salt);
    this.known.set(contract, predicted);
    return predicted;
  }
}

/** Where a contract of this deployment stands, or will stand. */
export function addressOf(scene: Scene, contract: string): string {
  return scene.predictions.of(contract, scene).address;
}

/** What follows from a contract's arguments and the salt. */
export function predict(
  contract: string,
  constructorArguments: readonly ConstructorArgument[],
  salt: string,
): Predicted {
  const artifact = readArtifact(artifactOf(contract));
  const initCode = concat([artifact.bytecode, new Interface(artifact.abi).encodeDeploy(constructorArguments)]);
  const initCodeHash = keccak256(initCode);
  return { address: create2Address(salt, initCodeHash), artifact, constructorArguments, initCode, initCodeHash };
}

/** The first salt under which this deployer has no oracle on this chain: every chain gives them in the same order. */
export async function freshSalt(deployer: string, provider: Provider): Promise<string> {
  for (let start = 0; start < MOST_FRESH_STARTS; start += 1) {
    const salt = start === 0 ? SUITE_SALT : keccak256(concat([SUITE_SALT, toBeHex(start, 32)]));
    if ((await provider.getCode(predict("InferenceOracle", [deployer], salt).address)) === "0x") return salt;
  }
  throw new DeployArgumentError(`There were ${MOST_FRESH_STARTS} fresh starts here. Name a salt with --salt.`);
}
