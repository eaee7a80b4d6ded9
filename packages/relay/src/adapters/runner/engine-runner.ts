import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { finished } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import Docker from "dockerode";
import { EngineUnavailable, ImageUnavailable } from "../../domain/errors.ts";
import type { Answer, Question } from "../../domain/protocol.ts";
import type { Program } from "../../domain/program.ts";
import type { RunFacts, Runner } from "../../ports/system.ts";
import type { Resolve } from "./address-guard.ts";
import { mustBePublic } from "./registry-guard.ts";
import { askOnce, type OpenSession, Session, type StartedProgram } from "./session.ts";
import { SOCKET_NAME, type SocketFolder } from "./socket-folder.ts";
import { type WarmObserver, WarmPool } from "./warm-pool.ts";

const MEBIBYTE = 1_048_576;
const NANO = 1_000_000_000;
const USER = "65532:65532";
const MOUNTED_SOCKETS = "/run/ainft";
const MOUNTED_MODEL = "/model";
const OWNER_LABEL = "ainft.relay";
const ENGINE_POLL_MS = 250;
const REMOVAL_TRIES = 20;
const ENGINE_PATIENCE_MS = 120_000;

/** Where an engine runner finds engine and images. */
export interface EngineSettings {
  readonly socket: string;
  /** Registry to ask instead of the host that an image names. The digest decides, not the place. */
  readonly imageMirrors: Readonly<Record<string, string>>;
  /** Registries, as images name them, that need not be public. Mirrors need not either. */
  readonly registries: readonly string[];
  readonly pullTimeoutMs: number;
  /** Tells this relay's containers from another's: its data folder. */
  readonly owner: string;
  /** Most containers that wait, started, for a question. */
  readonly warm: number;
  /** Time for one answer of the engine, but for pulls; in milliseconds. Two minutes when undefined. */
  readonly patienceMs?: number;
  /** How names of registries are looked up; the system's way when undefined. */
  readonly resolve?: Resolve;
}

const NOBODY: WarmObserver = { outcome: () => undefined, waiting: () => undefined };

/** Runs images in a container engine that speaks the Docker API (podman, Docker), each question in a container of its own. */
export class EngineRunner implements Runner {
  readonly #docker: Docker;
  readonly #settings: EngineSettings;
  readonly #owner: string;
  readonly #pool: WarmPool;
  /** Containers that could not be removed when they were done. */
  readonly #left = new Set<string>();
  #name: string | undefined;

  constructor(settings: EngineSettings, observer: WarmObserver = NOBODY) {
    this.#docker = new Docker({ socketPath: settings.socket });
    this.#settings = settings;
    this.#owner = createHash("sha256").update(settings.owner).digest("hex").slice(0, 32);
    this.#pool = new WarmPool(settings.warm, observer);
  }

  async run(
    program: Program,
    question: Question,
    modelDir: string,
    signal: AbortSignal,
  ): Promise<Answer & { facts: RunFacts }> {
    for (const id of this.#left) await this.#remove(id);
    const { reference, digest } = await this.#image(program.container.image, signal);
    const runner = await this.#engineName();
    const kind = await kindOf(reference, program, modelDir);
    const start = async (folder: SocketFolder): Promise<StartedProgram> =>
      this.#start(reference, program, folder, modelDir);
    const open: OpenSession = async (stop) => Session.open(program, start, stop);
    const warmOrFresh: OpenSession = async (stop) => {
      const session = (await this.#pool.take(kind, stop)) ?? (await open(stop));
      this.#pool.fill(kind, open); // gets ready while this one works
      return session;
    };
    const answer = await askOnce(program, question, warmOrFresh, signal);
    return { ...answer, facts: { runner: `${runner} (container engine)`, imageDigest: digest } };
  }

  /** Ends the containers that wait for a question. */
  async close(): Promise<void> {
    await this.#pool.close();
  }

  async cleanUp(): Promise<void> {
    const filters = { label: [`${OWNER_LABEL}=${this.#owner}`] };
    const left = await this.#reach(async () => this.#docker.listContainers({ all: true, filters }));
    for (const { Id } of left) await this.#remove(Id);
  }

  /** Has the image by its digest, and makes sure that the engine agrees on what it is. */
  async #image(pinned: string, signal: AbortSignal): Promise<{ reference: string; digest: string }> {
    const [name = "", digest = ""] = pinned.split("@");
    const slash = name.indexOf("/");
    const host = name.slice(0, slash);
    const { imageMirrors, registries, resolve } = this.#settings;
    const mirror = imageMirrors[host];
    const reference = `${mirror ?? host}${name.slice(slash)}@${digest}`;
    if (!(await this.#holds(reference, digest))) {
      // A mirror is the operator's word; the host of an image is a stranger's.
      if (mirror === undefined && !registries.includes(host)) await mustBePublic(pinned, host, resolve);
      await this.#pull(reference, signal);
      if (!(await this.#holds(reference, digest))) {
        throw new ImageUnavailable(pinned, "what the engine pulled has another digest");
      }
    }
    return { reference, digest };
  }

  async #holds(reference: string, digest: string): Promise<boolean> {
    try {
      const { RepoDigests } = await this.#inTime(async () => this.#docker.getImage(reference).inspect());
      return (RepoDigests as string[] | null)?.some((known) => known.endsWith(`@${digest}`)) === true;
    } catch (error) {
      if (statusOf(error) === 404) return false;
      throw new EngineUnavailable("the image cannot be inspected", { cause: error });
    }
  }

  async #pull(reference: string, signal: AbortSignal): Promise<void> {
    const abortSignal = AbortSignal.any([signal, AbortSignal.timeout(this.#settings.pullTimeoutMs)]);
    try {
      const progress = await this.#openPull(reference, abortSignal);
      await new Promise<void>((resolve, reject) => {
        this.#docker.modem.followProgress(progress, (error, lines: unknown) => {
          const refused = error?.message ?? errorLine(lines);
          if (refused === undefined) resolve();
          else reject(new Error(refused));
        });
      });
    } catch (cause) {
      signal.throwIfAborted();
      throw new ImageUnavailable(reference, "it cannot be pulled", { cause });
    }
  }

  /** Registries on loopback speak plain HTTP. Docker knows that; podman has to be told, and hears it on its own API only. */
  async #openPull(reference: string, abortSignal: AbortSignal): Promise<NodeJS.ReadableStream> {
    const plain = reference.startsWith("127.0.0.1:") || reference.startsWith("localhost:");
    if (!plain || !(await this.#engineName()).startsWith("podman"))
      return this.#docker.pull(reference, { abortSignal });
    // The question mark asks the modem to append the options as a query.
    const query = { reference, tlsVerify: false };
    return this.#post({ path: "/v4.0.0/libpod/images/pull?", options: query, abortSignal });
  }

  async #post(call: { path: string; options?: object; abortSignal?: AbortSignal }): Promise<NodeJS.ReadableStream> {
    return new Promise((resolve, reject) => {
      const asked = { ...call, method: "POST", isStream: true, statusCodes: { 200: true } };
      this.#docker.modem.dial(asked, (error, stream: unknown) => {
        if (error) reject(error);
        else resolve(stream as NodeJS.ReadableStream); // isStream asks for one
      });
    });
  }

  async #start(image: string, program: Program, folder: SocketFolder, modelDir: string): Promise<StartedProgram> {
    const container = await this.#reach(async () =>
      this.#docker.createContainer(this.#confined(image, program, folder.path, modelDir)),
    );
    try {
      await this.#reach(async () => {
        await container.start();
      });
    } catch (error) {
      await this.#remove(container.id);
      throw error;
    }
    const stopped = new AbortController();
    const engine = { wasGone: false };
    return {
      ended: this.#endOf(container, stopped.signal, engine),
      excuse: async () => this.#excuse(container, engine),
      stop: async () => {
        stopped.abort();
        await this.#remove(container.id);
      },
    };
  }

  /** No network, nothing writable but a small /tmp and the socket's folder, no rights, and the manifest's limits. */
  #confined(image: string, program: Program, folder: string, modelDir: string): Docker.ContainerCreateOptions {
    const { memoryMb, cpus, pids } = program.limits;
    return {
      Image: image,
      User: USER,
      Env: [`AINFT_SOCKET=${MOUNTED_SOCKETS}/${SOCKET_NAME}`, `AINFT_MODEL_DIR=${MOUNTED_MODEL}`],
      Labels: { [OWNER_LABEL]: this.#owner },
      NetworkDisabled: true,
      HostConfig: {
        NetworkMode: "none",
        ReadonlyRootfs: true,
        CapDrop: ["ALL"],
        SecurityOpt: ["no-new-privileges"],
        Memory: memoryMb * MEBIBYTE,
        MemorySwap: memoryMb * MEBIBYTE,
        NanoCpus: Math.round(cpus * NANO),
        PidsLimit: pids,
        Tmpfs: { "/tmp": "rw,noexec,nosuid,nodev,size=16m" },
        LogConfig: { Type: "none", Config: {} },
        Binds: [`${modelDir}:${MOUNTED_MODEL}:ro`, `${folder}:${MOUNTED_SOCKETS}:rw`],
      },
    };
  }

  /**
   * Settles when the container has really ended: engines have been seen to say so too early. While the engine cannot
   * tell, nothing is concluded: that would be signed as the container's fault.
   */
  async #endOf(container: Docker.Container, stopped: AbortSignal, engine: { wasGone: boolean }): Promise<string> {
    while (!stopped.aborted) {
      try {
        await this.#wait(container.id);
        const { State } = await container.inspect();
        if (!State.Running) return `the container ended (exit code ${State.ExitCode})`;
      } catch (error) {
        if (statusOf(error) === 404) return "the container is gone";
        if (statusOf(error) === undefined) engine.wasGone = true; // the connection broke
      }
      await sleep(ENGINE_POLL_MS);
    }
    return "the container was stopped";
  }

  /**
   * Ends with the container, or when the engine does in the middle of its reply: dockerode's own wait then never ends.
   * podman turns round and round on a core while it waits by Docker's API, and looks four times a second by its own.
   */
  async #wait(id: string): Promise<void> {
    const own = (await this.#engineName()).startsWith("podman") ? "/v4.0.0/libpod" : "";
    await finished((await this.#post({ path: `${own}/containers/${id}/wait` })).resume());
  }

  /** An engine that ends can take its containers with it: what they seem to have done then is no fault of theirs. */
  async #excuse(container: Docker.Container, engine: { readonly wasGone: boolean }): Promise<Error | undefined> {
    try {
      await this.#inTime(async () => container.inspect());
    } catch (cause) {
      const problem =
        statusOf(cause) === 404 ? "somebody removed a container that worked" : "it cannot say how a run went";
      return new EngineUnavailable(problem, { cause });
    }
    return engine.wasGone ? new EngineUnavailable("it was gone while a container worked") : undefined;
  }

  async #remove(id: string): Promise<void> {
    this.#left.delete(id);
    try {
      await this.#removeStubbornly(id);
    } catch (error) {
      this.#left.add(id);
      throw new EngineUnavailable(`container ${id} cannot be removed`, { cause: error });
    }
  }

  /** Engines refuse now and then while a container that has just ended is still being put away. */
  async #removeStubbornly(id: string): Promise<void> {
    for (let left = REMOVAL_TRIES - 1; ; left -= 1) {
      try {
        await this.#inTime(async () => {
          await this.#docker.getContainer(id).remove({ force: true, v: true });
        });
        return;
      } catch (error) {
        const status = statusOf(error);
        if (status === 404 || status === 409) return;
        if (status === undefined || left === 0) throw error;
      }
      await sleep(ENGINE_POLL_MS);
    }
  }

  /** Any failure of the engine is the engine's, never the program's. */
  async #reach<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await this.#inTime(work);
    } catch (cause) {
      throw new EngineUnavailable("it does not answer, or refuses", { cause });
    }
  }

  /** An engine that hangs is as good as none. */
  async #inTime<T>(work: () => Promise<T>): Promise<T> {
    const { patienceMs = ENGINE_PATIENCE_MS } = this.#settings;
    const answered = new AbortController();
    const late = async (): Promise<never> => {
      await sleep(patienceMs, undefined, { signal: answered.signal });
      throw new Error(`The engine did not answer within ${patienceMs} ms.`);
    };
    try {
      return await Promise.race([work(), late()]);
    } finally {
      answered.abort();
    }
  }

  async #engineName(): Promise<string> {
    if (this.#name === undefined) {
      const { Version, Components } = await this.#reach(async () => this.#docker.version());
      const name = (Components as { Name: string }[] | undefined)?.[0]?.Name ?? "engine"; // older engines name none
      this.#name = `${name.replace(/ Engine$/, "").toLowerCase()} ${Version}`;
    }
    return this.#name;
  }
}

/** Containers of one kind can stand in for each other. A model that was laid out anew is another one. */
async function kindOf(reference: string, { container, limits }: Program, modelDir: string): Promise<string> {
  const { memoryMb, cpus, pids, startupMs } = limits;
  const { dev, ino, ctimeNs } = await stat(modelDir, { bigint: true });
  const model = [modelDir, dev, ino, ctimeNs].map(String);
  return JSON.stringify([reference, container.protocol, memoryMb, cpus, pids, startupMs, model]);
}

/** Engines tell a failed pull as a line among the progress, under status 200. */
function errorLine(lines: unknown): string | undefined {
  for (const line of Array.isArray(lines) ? (lines as unknown[]) : []) {
    if (typeof line === "object" && line !== null && "error" in line) return String(line.error);
  }
  return undefined;
}

function statusOf(error: unknown): number | undefined {
  return error instanceof Error && "statusCode" in error ? Number(error.statusCode) : undefined;
}
