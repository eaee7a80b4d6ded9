import { type Bytes32, ZERO_BYTES32 } from "../hex.ts";
import type { TrainingEvent } from "../training/events.ts";
import { TrainingLog } from "../training/log.ts";
import { blindTrainingLeaf, hashTrainingRecord } from "../training/record.ts";
import type { ActivationEvent, LifeEvent, RetirementEvent, UpdateEvent, VersionEvent } from "./events.ts";

/** What a collection's `programOf` and `trainingRoot` answer about a token. */
export interface ProgramState {
  readonly versionCount: bigint;
  readonly activeVersion: bigint;
  readonly activeManifest: Bytes32;
  readonly trainingCount: bigint;
  readonly trainingRoot: Bytes32;
  readonly sequence: bigint;
  readonly stateDigest: Bytes32;
  readonly frozen: boolean;
  readonly locked: boolean;
}

/** What about a program is compared with the chain. */
export type LifeAspect = "versions" | "active version" | "training log" | "state" | "frozen" | "locked";

/** Whether events and chain agree on one aspect, in a line that a person can read. */
export interface LifeVerdict {
  readonly aspect: LifeAspect;
  readonly agrees: boolean;
  readonly detail: string;
}

/**
 * A token's life, told event by event in the chain's order: what its program must be now. Keeps the versions and the
 * peaks of the training log, so that memory does not grow with trainings and updates. What contradicts itself is kept
 * until {@link TokenLife.compare}, and never thrown.
 */
export class TokenLife {
  readonly #versions: Bytes32[] = [];
  readonly #retired = new Set<bigint>();
  readonly #training = new TrainingLog();
  readonly #faults = new Map<LifeAspect, string>();
  #active = 0n;
  #sequence = 0n;
  #stateDigest: Bytes32 = ZERO_BYTES32;
  #frozen = false;
  #locked = false;

  /** Manifest digests by version: the first is version 1. */
  get versions(): readonly Bytes32[] {
    return this.#versions;
  }

  /** Versions that never run again. */
  get retired(): ReadonlySet<bigint> {
    return this.#retired;
  }

  /** Takes the next event. All of them have to be of one token. */
  add(event: LifeEvent): void {
    switch (event.kind) {
      case "version":
        return this.#publish(event);
      case "activation":
        return this.#activate(event);
      case "retirement":
        return this.#retire(event);
      case "update":
        return this.#update(event);
      case "record":
      case "leaves":
        return this.#train(event);
      case "lock":
        if (event.locked === this.#locked) this.#fault("locked", `locked twice, or unlocked twice`);
        this.#locked = event.locked;
        return;
      case "freeze":
        this.#frozen = true;
        return;
    }
  }

  /** What events tell, beside what the chain answers, a verdict for each aspect. */
  compare(program: ProgramState): LifeVerdict[] {
    const { activeVersion, activeManifest, frozen, locked } = program;
    const activeDigest = this.#versions[Number(this.#active) - 1] ?? ZERO_BYTES32;
    const training = { count: this.#training.count, root: this.#training.root() };
    return [
      this.#verdict(
        "versions",
        BigInt(this.#versions.length) === program.versionCount,
        `${this.#versions.length} in events, ${program.versionCount} on chain`,
      ),
      this.#verdict(
        "active version",
        this.#active === activeVersion && activeDigest === activeManifest,
        this.#active === activeVersion
          ? `${activeVersion}, ${activeManifest}`
          : `${this.#active} in events, ${activeVersion} on chain`,
      ),
      this.#verdict(
        "training log",
        training.count === program.trainingCount && training.root === program.trainingRoot,
        `${training.count} of ${program.trainingCount} records, root ${training.root}`,
      ),
      this.#verdict(
        "state",
        this.#sequence === program.sequence && this.#stateDigest === program.stateDigest,
        `${this.#sequence} of ${program.sequence} updates, ${this.#stateDigest}`,
      ),
      this.#verdict("frozen", this.#frozen === frozen, frozen ? "for ever" : "no"),
      this.#verdict("locked", this.#locked === locked, locked ? "by a dispute" : "no"),
    ];
  }

  #publish({ version, manifestDigest }: VersionEvent): void {
    const next = BigInt(this.#versions.length) + 1n;
    if (version !== next) this.#fault("versions", `version ${version} follows version ${next - 1n}`);
    this.#change("versions");
    this.#versions.push(manifestDigest);
    this.#active = version;
  }

  #activate({ version, previousVersion }: ActivationEvent): void {
    const known = version >= 1n && version <= BigInt(this.#versions.length);
    if (!known) this.#fault("active version", `version ${version} was activated and never published`);
    if (this.#retired.has(version)) this.#fault("active version", `version ${version} was activated and is retired`);
    if (previousVersion !== this.#active) {
      this.#fault("active version", `version ${previousVersion} was to be active, not ${this.#active}`);
    }
    this.#change("active version");
    this.#active = version;
  }

  /** A fallback is told by an activation of its own, right after. */
  #retire({ version }: RetirementEvent): void {
    const known = version >= 1n && version <= BigInt(this.#versions.length);
    if (!known || this.#retired.has(version)) this.#fault("versions", `version ${version} can't be retired`);
    this.#change("versions");
    this.#retired.add(version);
  }

  #update({ sequence, stateDigest }: UpdateEvent): void {
    if (sequence !== this.#sequence + 1n) this.#fault("state", `update ${sequence} follows update ${this.#sequence}`);
    this.#change("state");
    this.#sequence = sequence;
    this.#stateDigest = stateDigest;
  }

  #train(event: TrainingEvent): void {
    const index = event.kind === "record" ? event.index : event.firstIndex;
    if (index !== this.#training.count) {
      this.#fault("training log", `record ${index} follows ${this.#training.count} records`);
    }
    this.#change("training log");
    if (event.kind === "record") this.#training.append(hashTrainingRecord(event.record));
    else for (const hash of event.leaves) this.#training.append(blindTrainingLeaf(event.contributor, hash));
  }

  #change(aspect: LifeAspect): void {
    if (this.#frozen) this.#fault(aspect, "changed after it was frozen");
  }

  #fault(aspect: LifeAspect, what: string): void {
    if (!this.#faults.has(aspect)) this.#faults.set(aspect, what);
  }

  #verdict(aspect: LifeAspect, agrees: boolean, detail: string): LifeVerdict {
    const fault = this.#faults.get(aspect);
    return fault === undefined ? { aspect, agrees, detail } : { aspect, agrees: false, detail: fault };
  }
}
