import { dataSlice, type Fragment, FunctionFragment, type Interface, toBeHex } from "ethers";

/** The ERC-165 id of an interface: the exclusive or of its functions' selectors, without what it inherits. */
export function interfaceId(abi: Interface, inherited: readonly string[] = []): string {
  const own = functionsOf(abi).filter(({ selector }) => !inherited.includes(selector));
  return toBeHex(
    own.reduce((id, { selector }) => id ^ BigInt(selector), 0n),
    4,
  );
}

export function functionsOf(abi: Interface): FunctionFragment[] {
  return abi.fragments.filter((fragment): fragment is FunctionFragment => fragment instanceof FunctionFragment);
}

/** Everything an ABI declares, each in one canonical line. */
export function declarations(abi: Interface): string[] {
  return abi.fragments.map((fragment: Fragment) => fragment.format("minimal"));
}

/** Names of the instructions that would let code change or vanish, by opcode. */
const DANGEROUS = new Map([
  [0xf2, "CALLCODE"],
  [0xf4, "DELEGATECALL"],
  [0xff, "SELFDESTRUCT"],
]);
const PUSH1 = 0x60;
const PUSH32 = 0x7f;
const INVALID = 0xfe;

/** The dangerous instructions in deployed code. Data pushed on the stack is skipped, and so is what follows the code. */
export function dangerousInstructions(code: string): string[] {
  const bytes = Buffer.from(dataSlice(code, 0).slice(2), "hex");
  const found: string[] = [];
  for (let at = 0; at < bytes.length; at++) {
    const opcode = bytes[at] ?? INVALID;
    if (opcode === INVALID) break; // the compiler ends the code with it and puts the metadata after it
    const name = DANGEROUS.get(opcode);
    if (name !== undefined) found.push(name);
    if (opcode >= PUSH1 && opcode <= PUSH32) at += opcode - PUSH1 + 1;
  }
  return found;
}
