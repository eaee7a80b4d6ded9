import { id, keccak256, toUtf8Bytes } from "ethers";
import { addressesOf, type Attestor, attestor } from "../../helpers/attestation";
import { now } from "../../helpers/chain";
import type { MintedToken } from "../../helpers/fixtures";
import { Agreement, Delivery, Status } from "../../helpers/typed-data";
import { gasOf, median, middle, RUNS } from "./measure";
import type { Subject } from "./subjects";

const ONE_HOUR = 3_600n;
const ANSWER = toUtf8Bytes(JSON.stringify({ answer: "The lamp is lit, come in out of the rain." }));

/** Asking and answering under a threshold of m of 5. */
export async function measureDelivery(world: MintedToken, threshold: number): Promise<Record<string, number>> {
  const set = await gasOf(configure(world, threshold));
  const requests: number[] = [];
  const byDigest: number[] = [];
  const inline: number[] = [];
  for (let run = 0; run < 2 * RUNS - 1; run += 1) {
    const delivery = run % 2 === 0 ? Delivery.INLINE : Delivery.DIGEST;
    requests.push(await askGas(world, run, delivery));
    const result = {
      requestId: await world.oracle.requestCount(),
      requestHash: id("request"),
      resultDigest: keccak256(ANSWER),
      status: Status.OK,
      size: BigInt(ANSWER.length),
    };
    const attestation = (await attestorOf(world, threshold)).result(result, delivery);
    if (delivery === Delivery.INLINE) inline.push(await gasOf(world.oracle.fulfillInline(attestation, result, ANSWER)));
    else byDigest.push(await gasOf(world.oracle.fulfill(attestation, result)));
  }
  return {
    [`setConfig, 5 reporters, m = ${threshold}`]: set,
    "request, 32-byte input": middle(requests),
    [`fulfill, m = ${threshold}`]: middle(byDigest),
    [`fulfillInline, ${ANSWER.length}-byte answer, m = ${threshold}`]: middle(inline),
  };
}

/** One update of a program's state, signed by m of 5. */
export async function updating(world: MintedToken, subject: Subject, threshold: number): Promise<number> {
  await configure(world, threshold);
  const { address, tokenId, program } = subject;
  return median(async (run) => {
    const { sequence, activeManifest } = await program.programOf(tokenId);
    const update = world.update({
      collection: address,
      tokenId,
      sequence: sequence + 1n,
      manifestDigest: activeManifest,
      inputDigest: id(`input ${run}`),
      outputDigest: id(`output ${run}`),
      stateDigest: id(`state ${run}`),
    });
    return world.oracle.submitUpdate((await attestorOf(world, threshold)).update(update), update);
  });
}

function configure(world: MintedToken, threshold: number) {
  return world.oracle.connect(world.dao).setConfig(addressesOf(world.reporters), threshold, 0);
}

async function askGas(world: MintedToken, run: number, delivery: Delivery): Promise<number> {
  const deadline = (await now()) + ONE_HOUR;
  const input = id(`input ${run}`);
  return gasOf(
    world.oracle.connect(world.player).request(world.collectionAddress, world.tokenId, input, {
      maxOutputBytes: 1_000,
      delivery,
      agreement: Agreement.EXACT,
      deadline,
    }),
  );
}

/** Signs by the first m reporters under the current config. */
async function attestorOf(world: MintedToken, threshold: number): Promise<Attestor> {
  return attestor({
    domain: world.domain,
    reporters: world.reporters,
    configVersion: await world.oracle.currentConfig(),
    deadline: (await now()) + ONE_HOUR,
    by: Array.from({ length: threshold }, (_, index) => index),
  });
}
