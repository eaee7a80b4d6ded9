import { ainTokenAbi, providerRegistryAbi } from "ainft-contracts";
import { type Address, asAddress, asHex, type Hex, reporterKeyConsentTypedData } from "ainft-core";
import { formatEther, Interface, parseEther } from "ethers";
import { asked, read, withChain } from "../chain.ts";
import { InputRefused, UsageError } from "../errors.ts";
import { addressOf, readObject, wholeNumber, writeWhole } from "../inputs.ts";
import { type Outcome, outcome } from "../outcome.ts";
import { sendCall } from "../send.ts";
import type { Settings } from "../settings.ts";
import { toJson } from "../text.ts";
import { openWallet, senderOf } from "../wallet.ts";

const TOKEN = new Interface(ainTokenAbi);
/** With the errors of AIN, which come through when stake is pulled. */
const REGISTRY = new Interface([...providerRegistryAbi, ...ainTokenAbi.filter(({ type }) => type === "error")]);
/** As the contract numbers them. */
const CLASSES = ["cpu", "small-gpu", "large-gpu", "multi-gpu"];
const ONE_DAY = 86_400n;

/** Lets the registry take so much AIN as stake. */
export async function approveStake(settings: Settings, [ain = ""]: readonly string[]): Promise<Outcome> {
  const amount = amountOf(ain, "amount");
  const registry = settings.contract("registry");
  const call = { to: settings.contract("token"), abi: TOKEN, name: "approve", args: [registry, amount] };
  return sendCall(settings, call, () =>
    outcome([`${registry} may take ${formatEther(amount)} AIN`], { registry, amount }),
  );
}

/** A reporter key's consent to sign for a provider; the wallet is the key. */
export async function consentToProvider(settings: Settings, [given = ""]: readonly string[]): Promise<Outcome> {
  const provider = addressOf(given, "provider");
  const registry = settings.contract("registry");
  const wallet = await openWallet(settings);
  const reporterKey = asAddress(wallet.address);
  return withChain(settings, async (node) => {
    const [nonce] = await read(node, { to: registry, abi: REGISTRY, name: "nonces", args: [reporterKey] });
    const block = await asked(undefined, async () => node.getBlock("latest"));
    const deadline = BigInt(block?.timestamp ?? 0) + ONE_DAY;
    const consent = { provider, reporterKey, nonce: BigInt(String(nonce)), deadline };
    const { domain, types, message } = reporterKeyConsentTypedData(consent, { chainId: settings.chain, registry });
    const signature = await wallet.signTypedData(domain, types, { ...message });
    const key = { account: reporterKey, deadline: deadline.toString(), signature };
    const out = settings.text("out");
    if (out !== undefined) writeWhole(settings.io.cwd, out, `${toJson(key)}\n`);
    return outcome(out === undefined ? toJson(key).split("\n") : [`wrote ${out}, which counts for a day`], key);
  });
}

/** Lists the sender as a provider, with stake and with a key that consented. */
export async function registerProvider(settings: Settings, [file = ""]: readonly string[]): Promise<Outcome> {
  const key = keyIn(settings, file);
  const amount = amountOf(settings.text("stake") ?? "0", "--stake");
  const capacity = CLASSES.indexOf(settings.text("class") ?? "cpu");
  if (capacity < 0) throw new UsageError(`--class must be one of: ${CLASSES.join(", ")}.`);
  const endpoint = settings.line("endpoint");
  if (endpoint === undefined) throw new UsageError("--endpoint is missing: where the provider's relay is reached.");
  const call = {
    ...{ to: settings.contract("registry"), abi: REGISTRY, name: "register" },
    args: [amount, capacity, endpoint, key],
  };
  return sendCall(settings, call, (events) => {
    const listed = events.find(({ name }) => name === "ProviderRegistered");
    if (listed === undefined) throw new InputRefused(`${call.to} listed nobody: it is no registry of providers.`);
    const provider = String(listed.args.getValue("provider"));
    return outcome([`provider ${provider}, whose reports ${key.account} signs`], {
      provider,
      reporterKey: key.account,
    });
  });
}

/** Bonds more stake. */
export async function stake(settings: Settings, [ain = ""]: readonly string[]): Promise<Outcome> {
  const amount = amountOf(ain, "amount");
  const call = { to: settings.contract("registry"), abi: REGISTRY, name: "increaseStake", args: [amount] };
  return sendCall(settings, call, (events) => {
    const bonded = events.find(({ name }) => name === "StakeBonded")?.args.getValue("bonded") as bigint | undefined;
    if (bonded === undefined) throw new InputRefused(`${call.to} bonded nothing: it is no registry of providers.`);
    return outcome([`${formatEther(bonded)} AIN are bonded`], { bonded });
  });
}

/** Says that a provider is alive; the sender is the provider, or its key. */
export async function heartbeat(settings: Settings): Promise<Outcome> {
  const given = settings.text("provider");
  const provider = given === undefined ? await senderOf(settings) : addressOf(given, "--provider");
  const call = { to: settings.contract("registry"), abi: REGISTRY, name: "heartbeat", args: [provider] };
  return sendCall(settings, call, () => outcome([`${provider} is alive`], { provider }));
}

/** What the registry knows of a provider. */
export async function showProvider(settings: Settings, [given = ""]: readonly string[]): Promise<Outcome> {
  const provider = addressOf(given, "provider");
  const at = { to: settings.contract("registry"), abi: REGISTRY, args: [provider] };
  return withChain(settings, async (node) => {
    const [view] = await read(node, { ...at, name: "providerOf" });
    const [active] = await read(node, { ...at, name: "isActive" });
    const { reporterKey, capacityClass, listed, jailed, heartbeatAt, bonded, unbonding, endpoint } =
      view as ProviderView;
    const capacity = CLASSES[Number(capacityClass)] ?? String(capacityClass);
    const standing = [
      listed ? "listed" : "not listed",
      ...(jailed ? ["jailed"] : []),
      active === true ? "active" : "not active",
    ];
    const seen = heartbeatAt === 0n ? "never" : new Date(Number(heartbeatAt) * 1_000).toISOString();
    return outcome(
      [
        `provider ${provider}: ${standing.join(", ")}`,
        `key ${reporterKey}, ${capacity}, at ${endpoint}`,
        `${formatEther(bonded)} AIN bonded, ${formatEther(unbonding)} unbonding; last seen ${seen}`,
      ],
      { provider, active, reporterKey, capacity, listed, jailed, heartbeatAt, bonded, unbonding, endpoint },
    );
  });
}

/** Fields that the ABI names. */
interface ProviderView {
  readonly reporterKey: string;
  readonly capacityClass: bigint;
  readonly listed: boolean;
  readonly jailed: boolean;
  readonly heartbeatAt: bigint;
  readonly bonded: bigint;
  readonly unbonding: bigint;
  readonly endpoint: string;
}

function keyIn({ io }: Settings, file: string): { account: Address; deadline: bigint; signature: Hex } {
  const { account, deadline, signature } = readObject(io.cwd, file);
  if (typeof account !== "string" || typeof deadline !== "string" || typeof signature !== "string") {
    throw new InputRefused(`${file} holds no consent: account, deadline and signature as text.`);
  }
  return {
    account: addressOf(account, `account in ${file}`),
    deadline: wholeNumber(deadline, `deadline in ${file}`, 48),
    signature: asHex(signature, `signature in ${file}`),
  };
}

/** An amount of AIN as people write it. */
function amountOf(given: string, what: string): bigint {
  if (!/^\d{1,12}(\.\d{1,18})?$/u.test(given)) {
    throw new UsageError(`${what} must be an amount of AIN, for example 10000 or 0.5, got "${given.slice(0, 80)}".`);
  }
  return parseEther(given);
}
