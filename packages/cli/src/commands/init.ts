import { existsSync, readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseManifest } from "ainft-core";
import { InputRefused, UsageError } from "../errors.ts";
import { addressOf, writeWhole } from "../inputs.ts";
import { type Outcome, outcome } from "../outcome.ts";
import { CONFIG_FILE, type Settings } from "../settings.ts";

const NO_IMAGE = `registry.invalid/my-program@sha256:${"0".repeat(64)}`;

/** Lays down a creator's folder: manifest, container hint, settings and a README. */
export async function init(settings: Settings, [folder = ""]: readonly string[]): Promise<Outcome> {
  const { cwd } = settings.io;
  const place = resolve(cwd, folder);
  if (existsSync(place) && (!statSync(place).isDirectory() || readdirSync(place).length > 0)) {
    throw new InputRefused(`${folder} is there already, and is not an empty folder.`);
  }
  const contributor = settings.text("contributor");
  if (contributor === undefined) throw new UsageError("Give --contributor: the address that earns from the program.");
  const name = settings.line("name") ?? "My program";
  const image = settings.text("image") ?? NO_IMAGE;
  const manifest = manifestText(name, image, addressOf(contributor, "--contributor"));
  parseManifest(manifest);
  const files = {
    "manifest.json": manifest,
    [CONFIG_FILE]: `${JSON.stringify({ chain: settings.chain.toString(), store: "content" }, null, 2)}\n`,
    Containerfile: CONTAINERFILE,
    "README.md": README,
  };
  for (const [file, content] of Object.entries(files)) writeWhole(cwd, join(folder, file), content);
  const next =
    image === NO_IMAGE
      ? "next: build the image, push it (ainft image push), and write its digest into manifest.json"
      : "next: ainft manifest check";
  return outcome([...Object.keys(files).map((file) => `wrote ${join(folder, file)}`), next], {
    folder: place,
    files: Object.keys(files),
  });
}

function manifestText(name: string, image: string, address: string): string {
  const text = (maxLength: number) => ({ type: "string", maxLength });
  const object = (property: string, maxLength: number) => ({
    type: "object",
    properties: { [property]: text(maxLength) },
    required: [property],
    additionalProperties: false,
  });
  const manifest = {
    name,
    description: "What this program does, in a sentence.",
    ainft: {
      schema: "ainft-manifest/1",
      container: {
        image,
        platform: "linux/amd64",
        protocol: "plain-json/1",
        port: 8080,
        limits: { memoryMb: 256, cpus: 1, pids: 64, timeoutSeconds: 30, maxOutputBytes: 4_096 },
        deterministic: true,
      },
      model: { format: "safetensors", files: [] },
      io: { input: object("question", 1_000), output: object("answer", 4_000) },
      agreement: "exact",
      license: "MIT",
      contributors: [{ address, shareBps: 10_000 }],
    },
  };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

const CONTAINERFILE = `# The program listens on the unix socket that AINFT_SOCKET names, which another user must be able to connect to (mode 0666),
# finds its model in AINFT_MODEL_DIR, and answers JSON that fits io.output to JSON that fits io.input.
# The same input must give the same bytes: no clock, no network, a fixed seed.
# Push what podman save wrote with "ainft image push", and write the host/name@sha256:<digest> that it answers into
# manifest.json under ainft.container.image.
FROM scratch
COPY . /program
USER 65532
ENTRYPOINT ["/program/start"]
`;

const README = `# A program that becomes an AINFT

- \`manifest.json\` says what runs, what goes in and out, and who earns.
- \`Containerfile\` is where the program's image begins.
- \`ainft.config.json\` keeps the settings of \`ainft\` in this folder.

    ainft manifest check
    ainft manifest publish
    ainft collection create --name "My programs" --symbol MINE --save
    ainft mint manifest.json
    ainft verify 1
`;
