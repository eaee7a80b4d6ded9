import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { DataFolderLocked, lockDataFolder } from "../../../src/adapters/store/data-lock.ts";

describe("lockDataFolder", () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "ainft-lock-"));
  });

  afterEach(async () => rm(folder, { recursive: true }));

  it("refuses a folder that a living process holds, and names it", async () => {
    const lock = await lockDataFolder(folder);

    await assert.rejects(lockDataFolder(folder), (error) => {
      return error instanceof DataFolderLocked && error.pid === process.pid && error.folder === folder;
    });
    await lock.release();
  });

  it("can be taken again after its release, and leaves nothing behind", async () => {
    await (await lockDataFolder(folder)).release();
    await (await lockDataFolder(folder)).release();

    assert.deepEqual(await readdir(folder), []);
  });

  it("takes over from a process that is gone", async () => {
    const { pid } = spawnSync(process.execPath, ["-e", ""]);
    await writeFile(join(folder, "relay.lock"), `${pid} some-boot/1`);

    await (await lockDataFolder(folder)).release();
  });

  it("takes over from a process whose number another one has now", async () => {
    await writeFile(join(folder, "relay.lock"), `${process.pid} some-boot/1`);

    await (await lockDataFolder(folder)).release();
  });

  it("takes over a lock that is not one", async () => {
    await writeFile(join(folder, "relay.lock"), "");

    await (await lockDataFolder(folder)).release();
  });

  it("is won by exactly one of many that try at once", async () => {
    const tries = await Promise.allSettled(Array.from({ length: 20 }, async () => lockDataFolder(folder)));
    const won = tries.filter(({ status }) => status === "fulfilled");

    assert.equal(won.length, 1);
    for (const attempt of tries) {
      if (attempt.status === "rejected") assert.ok(attempt.reason instanceof DataFolderLocked);
    }
  });
});
