import { PermanentError } from "../errors.ts";

/** A document or value that the suite refuses to treat as JSON, with the place where it went wrong. */
export abstract class JsonError extends PermanentError {
  /** RFC 6901 pointer to the offending place; the empty text is the whole document. */
  readonly path: string;

  constructor(path: string, problem: string, options?: ErrorOptions) {
    super(`${problem} at "${printable(path)}".`, options);
    this.path = path;
  }
}

/**
 * The text is not JSON: a comment, a trailing comma, a missing bracket, a stray byte-order mark. The path is the last
 * place the reader understood.
 */
export class InvalidJson extends JsonError {
  override readonly code = "INVALID_JSON";
  /** Where reading stopped, in UTF-16 units from the start. */
  readonly offset: number;

  constructor(path: string, offset: number, options?: ErrorOptions) {
    super(path, `Not valid JSON (offset ${offset})`, options);
    this.offset = offset;
  }
}

/** The bytes are not UTF-8. */
export class InvalidUtf8 extends JsonError {
  override readonly code = "INVALID_UTF8";

  constructor(options?: ErrorOptions) {
    super("", "Bytes that are not UTF-8", options);
  }
}

/** The document is larger than its reader allows. */
export class JsonTooLarge extends JsonError {
  override readonly code = "JSON_TOO_LARGE";
  /** Largest size allowed, in bytes. */
  readonly maxBytes: number;

  constructor(maxBytes: number) {
    super("", `Document larger than ${maxBytes} bytes`);
    this.maxBytes = maxBytes;
  }
}

/** Objects and arrays are nested deeper than the reader allows. */
export class JsonTooDeep extends JsonError {
  override readonly code = "JSON_TOO_DEEP";
  /** Deepest nesting allowed. */
  readonly maxDepth: number;

  constructor(path: string, maxDepth: number) {
    super(path, `More than ${maxDepth} levels of nesting`);
    this.maxDepth = maxDepth;
  }
}

/** An object names the same key twice, so two readers could see two documents. */
export class DuplicateJsonKey extends JsonError {
  override readonly code = "DUPLICATE_JSON_KEY";

  constructor(path: string) {
    super(path, "Duplicate key");
  }
}

/** An object uses a key that changes an object's prototype in careless code. */
export class ForbiddenJsonKey extends JsonError {
  override readonly code = "FORBIDDEN_JSON_KEY";

  constructor(path: string) {
    super(path, "Forbidden key __proto__");
  }
}

/** A string holds half a surrogate pair, which has no UTF-8 form. */
export class LoneSurrogate extends JsonError {
  override readonly code = "LONE_SURROGATE";

  constructor(path: string) {
    super(path, "Half a surrogate pair");
  }
}

/** A number is too large for a double, NaN or infinite. */
export class NumberOutOfRange extends JsonError {
  override readonly code = "NUMBER_OUT_OF_RANGE";

  constructor(path: string) {
    super(path, "A number that is not a finite double");
  }
}

/** A program's value has no JSON form: undefined, a bigint, a function, a class instance, a hole in an array. */
export class NotJsonValue extends JsonError {
  override readonly code = "NOT_JSON_VALUE";

  constructor(path: string, kind: string) {
    super(path, `${kind} has no JSON form`);
  }
}

/** Keeps hostile keys from writing control characters, or pages of text, into a log. */
function printable(path: string): string {
  const visible = path.toWellFormed().replace(/[\p{C}\p{Z}"\\]/gu, "\uFFFD");
  return visible.length > 200 ? `${visible.slice(0, 200)}…` : visible;
}
