import { concat, getCreate2Address, keccak256, type Provider, type Signer } from "ethers";
import { PermanentError } from "./errors";
import { mined } from "./mined";

/** The deterministic deployment proxy ("Nick's factory"): creates what it is sent, under the salt in front of it. */
export const CREATE2_FACTORY = "0x4e59b44847b379578588920cA78FbF26c0B4956C";

/** keccak-256 of the factory's code. */
export const FACTORY_CODE_HASH = "0x2fa86add0aed31f33a762c9d88e807c475bd51d0f52bd0955754b2608f7e4989";

/** The factory's published transaction. Nobody has its key, so its signer can create this contract and nothing else. */
export const FACTORY_TRANSACTION =
  "0xf8a58085174876e800830186a08080b853604580600e600039806000f350fe7fffffffffffffffffffffffffffffffffffffffffffffff" +
  "ffffffffffffffffe03601600081602082378035828234f58015156039578182fd5b8082525050506014600cf31ba02222222222222222222222" +
  "222222222222222222222222222222222222222222a02222222222222222222222222222222222222222222222222222222222222222";

/** Who signed the published transaction. */
export const FACTORY_SIGNER = "0x3fAB184622Dc19b6109349B94811493BF2a45362";

/** Wei that the published transaction may cost, which its signer has to have. */
export const FACTORY_COST = 10n ** 16n;

/** Something else than the factory stands at its address. */
export class FactoryCodeMismatchError extends PermanentError {
  readonly code = "CREATE2_FACTORY_CODE_MISMATCH";
  constructor(readonly codeHash: string) {
    super(
      `The code at ${CREATE2_FACTORY} has the hash ${codeHash}, not ${FACTORY_CODE_HASH}: this chain has no CREATE2 ` +
        "factory where all others have it, so the suite can't have its addresses here. Nothing was sent.",
    );
  }
}

/** Whether the factory stands on a chain. Throws `FactoryCodeMismatchError`. */
export async function isFactoryThere(provider: Provider): Promise<boolean> {
  const code = await provider.getCode(CREATE2_FACTORY);
  if (code === "0x") return false;
  if (keccak256(code) !== FACTORY_CODE_HASH) throw new FactoryCodeMismatchError(keccak256(code));
  return true;
}

/** Puts the factory onto a local chain that lacks it. The signer pays; nobody gets a right from it. */
export async function ensureFactory(signer: Signer, provider: Provider): Promise<void> {
  if (await isFactoryThere(provider)) return;
  await mined(signer.sendTransaction({ to: FACTORY_SIGNER, value: FACTORY_COST }));
  await mined(provider.broadcastTransaction(FACTORY_TRANSACTION));
}

/** Where the factory creates a contract: whoever asks it to, from whatever account, with whatever nonce. */
export function create2Address(salt: string, initCodeHash: string): string {
  return getCreate2Address(CREATE2_FACTORY, salt, initCodeHash);
}

/** The call that makes the factory create a contract. Anybody may send it; the second time it fails. */
export function creationCall(salt: string, initCode: string): { readonly to: string; readonly data: string } {
  return { to: CREATE2_FACTORY, data: concat([salt, initCode]) };
}
