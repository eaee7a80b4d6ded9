import { dataSlice, getAddress, id, type Provider, toBeHex } from "ethers";

/** Where ERC-1967 keeps the address of a proxy's code. */
const CODE_SLOT = toBeHex(BigInt(id("eip1967.proxy.implementation")) - 1n, 32);

/** The code that runs behind an ERC-1967 proxy. */
export async function codeBehind(proxy: string, provider: Pick<Provider, "getStorage">): Promise<string> {
  return getAddress(dataSlice(await provider.getStorage(proxy, CODE_SLOT), 12));
}
