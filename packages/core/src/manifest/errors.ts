import { PermanentError } from "../errors.ts";

/** A manifest that the suite refuses, with the place where it went wrong. */
export abstract class ManifestError extends PermanentError {
  /** RFC 6901 pointer into the manifest, such as `/ainft/container/image`; the empty text is the whole document. */
  readonly path: string;

  constructor(path: string, problem: string, options?: ErrorOptions) {
    super(`Manifest refused at "${path.slice(0, 200)}": ${problem}.`, options);
    this.path = path;
  }
}

/** A value breaks the published schema in a way that has no name of its own. */
export class InvalidManifest extends ManifestError {
  override readonly code = "INVALID_MANIFEST";
}

/** The manifest holds a key that the schema does not know. */
export class UnknownManifestKey extends ManifestError {
  override readonly code = "UNKNOWN_MANIFEST_KEY";

  constructor(path: string) {
    super(path, "unknown key; remove it or check its spelling");
  }
}

/** The manifest is larger than 256 KiB. */
export class ManifestTooLarge extends ManifestError {
  override readonly code = "MANIFEST_TOO_LARGE";
  /** Largest size allowed, in bytes. */
  readonly maxBytes: number;

  constructor(maxBytes: number, options?: ErrorOptions) {
    super("", `larger than ${maxBytes} bytes`, options);
    this.maxBytes = maxBytes;
  }
}

/** The image is named by a tag, by a tag beside a digest, or without its registry: not by digest alone. */
export class ImageNotPinned extends ManifestError {
  override readonly code = "IMAGE_NOT_PINNED";

  constructor(path: string) {
    super(path, "an image must be host/name@sha256:<64 lower-case hexadecimal digits>, without a tag");
  }
}

/** A digest is right but for upper-case digits, which would give the same thing two names. */
export class UpperCaseDigest extends ManifestError {
  override readonly code = "UPPER_CASE_DIGEST";

  constructor(path: string) {
    super(path, "write the digest in lower case");
  }
}

/** A model file's path could leave the model directory: absolute, with `..`, `.`, a backslash or an empty part. */
export class UnsafeModelPath extends ManifestError {
  override readonly code = "UNSAFE_MODEL_PATH";

  constructor(path: string) {
    super(path, "a model path must be relative, of letters, digits and . _ -, without . or .. parts");
  }
}

/** Two model files cannot both be laid down: the same path (in any case), or one is the other's directory. */
export class ConflictingModelPath extends ManifestError {
  override readonly code = "CONFLICTING_MODEL_PATH";

  constructor(path: string) {
    super(path, "another file has this path, or has it as a directory");
  }
}

/** A contributor's address has a wrong EIP-55 checksum, or is the zero address. */
export class InvalidContributorAddress extends ManifestError {
  override readonly code = "INVALID_CONTRIBUTOR_ADDRESS";

  constructor(path: string, options?: ErrorOptions) {
    super(path, "not an address that can be paid: wrong EIP-55 checksum, or zero", options);
  }
}

/** The same contributor stands twice. */
export class DuplicateContributor extends ManifestError {
  override readonly code = "DUPLICATE_CONTRIBUTOR";

  constructor(path: string) {
    super(path, "this contributor stands twice; add the shares together");
  }
}

/** The contributors' shares do not sum to 10,000 basis points. */
export class ContributorSharesNotWhole extends ManifestError {
  override readonly code = "CONTRIBUTOR_SHARES_NOT_WHOLE";
  /** What the shares sum to, in basis points. */
  readonly sum: number;

  constructor(path: string, sum: number) {
    super(path, `shares sum to ${sum} basis points, expected 10000`);
    this.sum = sum;
  }
}

/** Reporters are to agree byte for byte on a program that does not promise the same bytes twice. */
export class ExactAgreementNeedsDeterminism extends ManifestError {
  override readonly code = "EXACT_AGREEMENT_NEEDS_DETERMINISM";

  constructor(path: string) {
    super(path, 'agreement "exact" needs container.deterministic to be true');
  }
}

/** A schema under `ainft.io` does not compile; the cause says why, with the place inside that schema. */
export class InvalidIoSchema extends ManifestError {
  override readonly code = "INVALID_IO_SCHEMA";
}

/** The protocol carries no state, but the manifest describes one. */
export class StatelessProtocol extends ManifestError {
  override readonly code = "STATELESS_PROTOCOL";

  constructor(path: string, protocol: string) {
    super(path, `${protocol} carries no state; remove io.state or use plain-json/1`);
  }
}

/** The bytes are a valid manifest, but not its RFC 8785 form, so their digest is not the manifest digest. */
export class ManifestNotCanonical extends ManifestError {
  override readonly code = "MANIFEST_NOT_CANONICAL";

  constructor() {
    super("", "bytes are not in RFC 8785 form");
  }
}

/** The bytes are not those that the digest names. */
export class ManifestDigestMismatch extends ManifestError {
  override readonly code = "MANIFEST_DIGEST_MISMATCH";
  readonly expected: string;
  readonly actual: string;

  constructor(expected: string, actual: string) {
    super("", `bytes have digest ${actual}, expected ${expected}`);
    this.expected = expected;
    this.actual = actual;
  }
}
