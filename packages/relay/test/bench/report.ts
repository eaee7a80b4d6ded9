import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Figures } from "./figures.ts";
import type { Backlog } from "./measure.ts";

const FOLDER = join(import.meta.dirname, "../../../../docs/bench");
const WIDTH = 640;
const HEIGHT = 360;
const MARGIN = 60;

/** Writes what was measured, and its plot, to docs/bench. The words around the figures are in relay.md itself. */
export async function writeReport(figures: Figures): Promise<void> {
  await mkdir(FOLDER, { recursive: true });
  const kind = figures.database === "embedded" ? "embedded" : "postgresql";
  await writeFile(join(FOLDER, `relay-${kind}.json`), `${JSON.stringify(figures, null, 2)}\n`);
  await writeFile(join(FOLDER, `relay-${kind}.svg`), plot(figures.backlogs));
}

/** Seconds over the size of the backlog, with the straight line from nothing to the largest. */
function plot(backlogs: readonly Backlog[]): string {
  const most = Math.max(...backlogs.map(({ requests }) => requests));
  const longest = Math.max(...backlogs.map(({ seconds }) => seconds));
  const x = (requests: number): number => Math.round(MARGIN + ((WIDTH - 2 * MARGIN) * requests) / most);
  const y = (seconds: number): number => Math.round(HEIGHT - MARGIN - ((HEIGHT - 2 * MARGIN) * seconds) / longest);
  const dots = backlogs.map(({ requests, seconds }) => {
    const label = `${requests}: ${seconds.toFixed(1)} s`;
    const place = `x="${x(requests) - 8}" y="${y(seconds) - 8}" text-anchor="end"`;
    return `<circle cx="${x(requests)}" cy="${y(seconds)}" r="4"/><text ${place}>${label}</text>`;
  });
  const last = backlogs.find(({ requests }) => requests === most);
  const line = `x1="${x(0)}" y1="${y(0)}" x2="${x(most)}" y2="${y(last?.seconds ?? 0)}" stroke-dasharray="6 4"`;
  const axes = `M${MARGIN} ${MARGIN}V${HEIGHT - MARGIN}H${WIDTH - MARGIN}`;
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="13">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    `<path d="${axes}" fill="none" stroke="#444"/><line ${line} stroke="#999"/>`,
    `<text x="${WIDTH / 2}" y="${HEIGHT - 20}" text-anchor="middle">requests in the backlog</text>`,
    `<text x="${MARGIN}" y="${MARGIN - 20}">seconds until all are on chain</text>`,
    ...dots,
    "</svg>",
  ].join("\n")}\n`;
}
