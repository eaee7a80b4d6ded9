import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const PART = Buffer.alloc(65_536, 0x2e);

/** A disk of its own size, in memory. */
export class SmallDisk {
  /** Where it is mounted. */
  readonly folder: string;
  readonly #filler: string;

  private constructor(folder: string) {
    this.folder = folder;
    this.#filler = join(folder, "filler");
  }

  /** Null where this user may mount nothing. With AINFT_REQUIRE_POSTGRES=1 that is an error. */
  static mount(mebibytes: number): SmallDisk | null {
    const parent = mkdtempSync(join(tmpdir(), "ainft-disk-"));
    chmodSync(parent, 0o755); // the database's user has to come through
    const folder = join(parent, "mounted");
    mkdirSync(folder);
    try {
      const options = `size=${mebibytes}m,mode=0777`;
      asRoot("mount", "-t", "tmpfs", "-o", options, "tmpfs", folder);
      return new SmallDisk(folder);
    } catch (cause) {
      rmSync(parent, { recursive: true });
      if (process.env["AINFT_REQUIRE_POSTGRES"] !== "1") return null;
      throw new Error("No disk could be mounted, and AINFT_REQUIRE_POSTGRES=1 forbids to go without it.", { cause });
    }
  }

  /** Leaves not a byte. */
  async fill(): Promise<void> {
    const file = await open(this.#filler, "w");
    try {
      for (;;) await file.writeFile(PART);
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "ENOSPC")) throw error;
    } finally {
      await file.close();
    }
  }

  /** Takes away what {@link fill} put there. */
  async clear(): Promise<void> {
    await rm(this.#filler);
  }

  /** Also while somebody still has a file of it open. */
  unmount(): void {
    asRoot("umount", "--lazy", this.folder);
    rmSync(join(this.folder, ".."), { recursive: true });
  }
}

function asRoot(...command: readonly string[]): void {
  const [program = "", ...args] = process.getuid?.() === 0 ? command : ["sudo", "-n", ...command];
  execFileSync(program, args, { stdio: "ignore" });
}
