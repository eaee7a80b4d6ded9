import fc from "fast-check";
import { hexlify, keccak256, toUtf8Bytes } from "ethers";
import { addressesOf, maskOf, packAttestation, type Reporter, signDigest } from "../../helpers/attestation";
import {
  Agreement,
  Delivery,
  digestOf,
  type InferenceResult,
  type Report,
  reportDigest,
  resultLeaf,
  type StateUpdate,
  updateLeaf,
} from "../../helpers/typed-data";
import { MAX_LIFETIME, type SignedTerms } from "../model/oracle";
import type { ModelCollection } from "../model/collection";
import type { ModelWorld, SentReport } from "../model/world";
import { pick, type System } from "../system";
import { type Act, choice, collectionCommand, oneIn, oracleCommand, type WeightedCommand } from "./command";

/** What requesters, reporters and relayers do. */
export function reportCommands(): WeightedCommand[] {
  return [ask(), fulfill(), submitUpdate(), replay()];
}

function ask(): WeightedCommand {
  const choices = fc.record({ token: choice(), anyId: oneIn(8), digestOnly: oneIn(2) });
  return collectionCommand("ask", 4, "every", choices, ({ model, real: { oracle, people }, told, time }, chosen) => {
    const tokenId = tokenOf(told, chosen.token, chosen.anyId);
    const delivery = chosen.digestOnly ? Delivery.DIGEST : Delivery.INLINE;
    return {
      refusal: model.ask(people.requester.address, told, tokenId),
      send: () =>
        oracle.connect(people.requester).request(told.address, tokenId, "0x", {
          maxOutputBytes: 100,
          delivery,
          agreement: Agreement.EXACT,
          deadline: time + 60n,
        }),
    };
  });
}

/** How a report is signed; mostly well. */
const signing = {
  config: choice(),
  otherConfig: oneIn(5),
  lacking: oneIn(8),
  surplus: oneIn(8),
  forged: oneIn(8),
  late: oneIn(10),
  endless: oneIn(12),
  rotation: choice(),
};

function fulfill(): WeightedCommand {
  const choices = fc.record({
    ...signing,
    request: choice(),
    anyRequest: oneIn(5),
    inline: oneIn(2),
    status: choice(),
  });
  return oracleCommand("fulfill", 6, choices, (model, real, chosen) => {
    const anyId = BigInt(chosen.request) % (model.oracle.requestCount + 2n); // from 0 to one too many
    const requestId = chosen.anyRequest ? anyId : newestOpen(model);
    const output = hexlify(toUtf8Bytes(`answer ${model.time}`));
    const result: InferenceResult = {
      requestId,
      requestHash: digestOf(`request ${requestId}`),
      resultDigest: keccak256(output),
      status: pick([0, 1, 2, 3], chosen.status),
      size: BigInt(output.length / 2 - 1),
    };
    const delivery = chosen.inline ? Delivery.INLINE : Delivery.DIGEST;
    const terms = termsOf(model, real, chosen);
    const attestation = sign(real, terms, requestId, resultLeaf(result, delivery));
    const oracle = real.oracle.connect(real.people.relayer);
    return remember(model, {
      judge: ({ oracle: told, time }) => told.fulfill(requestId, terms, time),
      send: () =>
        chosen.inline ? oracle.fulfillInline(attestation, result, output) : oracle.fulfill(attestation, result),
    });
  });
}

function submitUpdate(): WeightedCommand {
  const choices = fc.record({
    ...signing,
    token: choice(),
    anyId: oneIn(12),
    skip: oneIn(6),
    oldModel: oneIn(6),
  });
  return collectionCommand("submitUpdate", 7, "every", choices, ({ model, real, told }, chosen) => {
    const tokenId = tokenOf(told, chosen.token, chosen.anyId);
    const program = told.program(tokenId);
    const update: StateUpdate = {
      collection: told.address,
      tokenId,
      actor: real.people.player.address,
      sequence: (program?.sequence ?? 0n) + (chosen.skip ? 2n : 1n),
      manifestDigest: (chosen.oldModel ? program?.versions[0] : program?.activeManifest) ?? digestOf("no manifest"),
      inputDigest: digestOf(`input ${model.time}`),
      outputDigest: digestOf(`output ${model.time}`),
      stateDigest: digestOf(`state ${model.time}`),
    };
    const terms = termsOf(model, real, chosen);
    const attestation = sign(real, terms, 0n, updateLeaf(update));
    const oracle = real.oracle.connect(real.people.relayer);
    return remember(model, {
      judge: (world) => world.submitUpdate(told, update, terms),
      send: () => oracle.submitUpdate(attestation, update),
    });
  });
}

/** Sends again, word for word, what was sent before, accepted or not. */
function replay(): WeightedCommand {
  return oracleCommand("replay", 3, fc.record({ sent: choice() }), (model, _real, chosen) => {
    if (model.sent.length === 0) return undefined;
    const report = pick(model.sent, chosen.sent);
    return { refusal: report.judge(model), send: report.send };
  });
}

function remember(model: ModelWorld, report: SentReport): Act {
  model.sent.push(report);
  return { refusal: report.judge(model), send: report.send };
}

/** A token of the collection; or any id from 0 to one too many. */
function tokenOf({ programs }: ModelCollection, token: number, anyId: boolean): bigint {
  return BigInt(anyId ? token % (programs.length + 2) : 1 + (token % Math.max(programs.length, 1)));
}

/** The newest request without a result; one that was never made when there is none. */
function newestOpen({ oracle }: ModelWorld): bigint {
  for (let id = oracle.requestCount; id > 0n; id--) if (!oracle.done.has(id)) return id;
  return oracle.requestCount + 1n;
}

interface SigningChoice {
  config: number;
  otherConfig: boolean;
  lacking: boolean;
  surplus: boolean;
  forged: boolean;
  late: boolean;
  endless: boolean;
  rotation: number;
}

function termsOf({ oracle, time }: ModelWorld, real: System, chosen: SigningChoice): SigningTerms {
  const someConfig = BigInt(chosen.config % (oracle.configs.length + 2)); // from 0 to one too many
  const configVersion = chosen.otherConfig ? someConfig : oracle.current;
  const config = oracle.configs[Number(configVersion) - 1];
  // Under a config that does not exist, anybody's signatures will do; one that is set later refuses them.
  const reporters = config?.reporters ?? pick(real.reporterSets, 0);
  const count = reporters.length;
  const change = (chosen.surplus ? 1 : 0) - (chosen.lacking ? 1 : 0);
  const signatures = Math.min(Math.max((config?.threshold ?? 1) + change, 0), count);
  const signers = Array.from({ length: signatures }, (_, place) => (place + chosen.rotation) % count);
  signers.sort((left, right) => left - right);
  const forged = chosen.forged && signatures > 0 ? signers[chosen.rotation % signatures] : undefined;
  const keys = reporters.map((reporter, index) => (index === forged ? real.outsider : reporter));
  return {
    configVersion,
    deadline: chosen.late ? time - 1n : time + (chosen.endless ? MAX_LIFETIME + 1n : MAX_LIFETIME),
    signers,
    entries: addressesOf(keys),
    keys,
  };
}

/** The terms of a report, and the keys that its entries are made with. */
interface SigningTerms extends SignedTerms {
  keys: readonly Reporter[];
}

function sign(real: System, terms: SigningTerms, firstId: bigint, root: string): string {
  const { configVersion, deadline, signers, keys } = terms;
  const report: Report = { configVersion, deadline, firstId, count: 1n, root };
  const digest = reportDigest(real.domain, report);
  const entries = keys.map((key, index) =>
    signers.includes(index) ? signDigest(key, digest).compactSerialized : key.address,
  );
  return packAttestation({ configVersion, deadline, mask: maskOf(signers) }, entries);
}
