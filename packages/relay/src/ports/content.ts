import type { Bytes32, Manifest } from "ainft-core";

/** Manifests and model files by their digest. Every read is hashed again. */
export interface ContentStore {
  /** Throws `ContentUnavailable`, or a `ManifestError` when the right bytes are no valid manifest. */
  manifest(digest: Bytes32): Promise<Manifest>;
  /**
   * Lays the model files of a manifest down in a folder of their own and answers it; size and sha-256 of each file
   * have just been checked. Throws `ContentUnavailable`.
   */
  modelFolder(digest: Bytes32, manifest: Manifest): Promise<string>;
}
