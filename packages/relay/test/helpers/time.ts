import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** Polls until it is so; throws with what was waited for. */
export async function until(
  what: string,
  timeoutMs: number,
  isSo: () => Promise<boolean> | boolean,
  pauseMs = 50,
): Promise<void> {
  const end = Date.now() + timeoutMs;
  while (!(await attempt(isSo))) {
    if (Date.now() > end) throw new Error(`Waited ${timeoutMs} ms in vain for ${what}.`);
    await sleep(pauseMs);
  }
}

/** A TCP port on loopback that nobody listens on now. */
export async function freePort(): Promise<number> {
  return new Promise((done, failed) => {
    const probe = createServer();
    probe.once("error", failed);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => {
        if (address === null || typeof address === "string") failed(new Error("The system gave no port."));
        else done(address.port);
      });
    });
  });
}

async function attempt(isSo: () => Promise<boolean> | boolean): Promise<boolean> {
  try {
    return await isSo();
  } catch {
    return false; // what is waited for may not answer yet
  }
}
