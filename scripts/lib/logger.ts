/** What a script says while it works: a fixed sentence, and the values beside it. */
export interface Logger {
  info(sentence: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(sentence: string, fields?: Readonly<Record<string, unknown>>): void;
}

/** Writes to a stream a line a sentence: `deployed the contract  name=AINFT721 gas=1234`. */
export function lineLogger(write: (line: string) => void = (line) => process.stdout.write(`${line}\n`)): Logger {
  return {
    info: (sentence, fields) => write(line(sentence, fields)),
    warn: (sentence, fields) => write(line(`warning: ${sentence}`, fields)),
  };
}

/** Says nothing; for tests and for callers that tell the story themselves. */
export const silentLogger: Logger = { info: () => undefined, warn: () => undefined };

function line(sentence: string, fields: Readonly<Record<string, unknown>> = {}): string {
  const values = Object.entries(fields).map(([name, value]) => `${name}=${String(value)}`);
  return values.length === 0 ? sentence : `${sentence}  ${values.join(" ")}`;
}
