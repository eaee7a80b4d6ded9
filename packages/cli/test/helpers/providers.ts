import { ainTokenAbi } from "ainft-contracts";
import { Contract, parseEther } from "ethers";
import { readFileSync } from "node:fs";
import { CREATOR, type Creator, testAccount } from "./creator.ts";
import { answer } from "./run.ts";

/** The same folder, for another test account. */
export function as(creator: Creator, account: string): Creator {
  return { ...creator, env: { ...creator.env, AINFT_ACCOUNT: account } };
}

/** Account 1, who has all AIN, as a provider with key 5; account 4 with AIN and the consent of key 6, and not listed. */
export async function providers(creator: Creator): Promise<void> {
  await answer(["provider", "approve", "30000"], creator);
  await answer(["provider", "consent", CREATOR, "--out", "reporter-key.json"], as(creator, "5"));
  const register = ["--stake", "20000", "--class", "large-gpu", "--endpoint", "https://relay.example"];
  await answer(["provider", "register", "reporter-key.json", ...register], creator);
  const next = testAccount(4).address;
  await sendAin(creator, next, 20_000);
  await answer(["provider", "approve", "20000"], as(creator, "4"));
  await answer(["provider", "consent", next, "--out", "next-key.json"], as(creator, "6"));
}

export async function sendAin({ suite }: Creator, to: string, ain: number): Promise<void> {
  const { contracts } = JSON.parse(readFileSync(suite.deployment, "utf8")) as {
    contracts: { AINToken: { address: string } };
  };
  const token = new Contract(contracts.AINToken.address, ainTokenAbi, testAccount(1).connect(suite.provider));
  await (await token.getFunction("transfer").send(to, parseEther(String(ain)), { gasLimit: 500_000 })).wait();
}
