import { asAddress, InvalidAddress } from "../hex.ts";
import type { JsonObject } from "../json/types.ts";
import { SchemaError } from "../schema/errors.ts";
import { resultJsonValidator } from "../schema/validator.ts";
import {
  ConflictingModelPath,
  ContributorSharesNotWhole,
  DuplicateContributor,
  ExactAgreementNeedsDeterminism,
  InvalidContributorAddress,
  InvalidIoSchema,
  StatelessProtocol,
} from "./errors.ts";
import type { Manifest, ManifestContributor, ManifestModelFile } from "./types.ts";

const WHOLE_BPS = 10_000;
const ZERO_ADDRESS = `0x${"0".repeat(40)}`;

/** The rules of a manifest that its JSON Schema cannot say. Throws a `ManifestError` subclass with the place. */
export function checkManifestRules(manifest: Manifest): void {
  const { model, contributors, io, agreement, container } = manifest.ainft;
  checkModelPaths(model.files);
  checkContributors(contributors);
  if (agreement === "exact" && !container.deterministic) {
    throw new ExactAgreementNeedsDeterminism("/ainft/container/deterministic");
  }
  if (container.protocol !== "plain-json/1" && io.state !== undefined) {
    throw new StatelessProtocol("/ainft/io/state", container.protocol);
  }
  for (const [name, schema] of Object.entries(io)) checkIoSchema(`/ainft/io/${name}`, schema as JsonObject);
}

/** Compared in lower case: on some file systems `A` and `a` are one file. */
function checkModelPaths(files: readonly ManifestModelFile[]): void {
  const paths = new Set(files.map((file) => file.path.toLowerCase()));
  const seen = new Set<string>();
  for (const [index, file] of files.entries()) {
    const path = file.path.toLowerCase();
    if (seen.has(path) || directoriesOf(path).some((directory) => paths.has(directory))) {
      throw new ConflictingModelPath(`/ainft/model/files/${index}/path`);
    }
    seen.add(path);
  }
}

function directoriesOf(path: string): string[] {
  const parts = path.split("/").slice(0, -1);
  return parts.map((_part, index) => parts.slice(0, index + 1).join("/"));
}

function checkContributors(contributors: readonly ManifestContributor[]): void {
  const seen = new Set<string>();
  let sum = 0;
  for (const [index, { address, shareBps }] of contributors.entries()) {
    const path = `/ainft/contributors/${index}/address`;
    const contributor = readContributor(address, path);
    if (seen.has(contributor)) throw new DuplicateContributor(path);
    seen.add(contributor);
    sum += shareBps;
  }
  if (sum !== WHOLE_BPS) throw new ContributorSharesNotWhole("/ainft/contributors", sum);
}

function readContributor(address: string, path: string): string {
  if (address === ZERO_ADDRESS) throw new InvalidContributorAddress(path);
  try {
    return asAddress(address, path);
  } catch (cause) {
    if (cause instanceof InvalidAddress) throw new InvalidContributorAddress(path, { cause });
    throw cause;
  }
}

function checkIoSchema(path: string, schema: JsonObject): void {
  try {
    resultJsonValidator(schema);
  } catch (cause) {
    if (cause instanceof SchemaError) throw new InvalidIoSchema(path + cause.path, cause.problem, { cause });
    throw cause;
  }
}
