import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";

/** The world around a command, so that tests can stand in for it. */
export interface Io {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder that relative paths start from. */
  readonly cwd: string;
  out(text: string): void;
  err(text: string): void;
  /** Says how far a long reading is, where a person looks; the next call takes its place. */
  progress(text: string): void;
  /** Whether a person can be asked. */
  readonly interactive: boolean;
  ask(question: string, secret: boolean): Promise<string>;
}

/** The process itself. Questions go to stderr, so that stdout holds the answer alone. */
export function processIo(): Io {
  const clear = process.stderr.isTTY ? "\r\u001b[K" : "";
  return {
    env: process.env,
    cwd: process.cwd(),
    out: (text) => {
      if (clear !== "" && process.stdout.isTTY) process.stderr.write(clear);
      process.stdout.write(`${text}\n`);
    },
    err: (text) => void process.stderr.write(`${clear}${text}\n`),
    progress: (text) => {
      if (process.stderr.isTTY) process.stderr.write(`${clear}${text}`);
    },
    interactive: process.stdin.isTTY && process.stderr.isTTY,
    ask: async (question, secret) => {
      process.stderr.write(question);
      const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
      const reader = createInterface({
        input: process.stdin,
        output: secret ? silent : process.stderr,
        terminal: true,
      });
      try {
        return await reader.question("");
      } finally {
        reader.close();
        if (secret) process.stderr.write("\n");
      }
    },
  };
}
