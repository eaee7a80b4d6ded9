import { fullManifest } from "../../scripts/vectors/manifest.ts";

/** A manifest as plain, changeable JSON. */
export type LooseManifest = Record<string, unknown>;

/** A changeable copy of a valid manifest. */
export function validManifest(): LooseManifest {
  return structuredClone(fullManifest) as unknown as LooseManifest;
}

/** A copy of a valid manifest with the value at a pointer replaced, added, or (with `undefined`) removed. */
export function manifestWith(pointer: string, value: unknown): LooseManifest {
  const manifest = validManifest();
  const segments = pointer.split("/").slice(1);
  const last = segments.pop() ?? "";
  const parent = segments.reduce<LooseManifest>((node, segment) => node[segment] as LooseManifest, manifest);
  if (value === undefined) Reflect.deleteProperty(parent, last);
  else parent[last] = value;
  return manifest;
}
