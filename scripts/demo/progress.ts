/** Prints what the demo does, a line a step, so that long steps are seen to move. */
export interface Progress {
  step(title: string): void;
  detail(text: string): void;
}

/** Progress on a text stream; a step shows its number and the seconds since the start. */
export function consoleProgress(write: (line: string) => void, now: () => number = Date.now): Progress {
  const startedAt = now();
  let count = 0;
  return {
    step(title) {
      count += 1;
      write(`\n[${count}] ${title}  (${((now() - startedAt) / 1000).toFixed(1)} s)`);
    },
    detail(text) {
      write(`    ${text}`);
    },
  };
}
