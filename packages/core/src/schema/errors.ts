import { PermanentError } from "../errors.ts";

/** A JSON Schema that the suite will not compile, with the place inside the schema. */
export abstract class SchemaError extends PermanentError {
  /** RFC 6901 pointer into the schema. */
  readonly path: string;
  /** What is wrong, without the place. */
  readonly problem: string;

  constructor(path: string, problem: string, options?: ErrorOptions) {
    super(`${problem} at "${path}" of the schema.`, options);
    this.path = path;
    this.problem = problem;
  }
}

/** The schema is not valid JSON Schema 2020-12. */
export class InvalidJsonSchema extends SchemaError {
  override readonly code = "INVALID_JSON_SCHEMA";

  constructor(path: string, problem = "Not a valid JSON Schema", options?: ErrorOptions) {
    super(path, problem, options);
  }
}

/** The schema uses a keyword outside the supported subset, such as `pattern`, whose cost has no bound. */
export class UnsupportedSchemaKeyword extends SchemaError {
  override readonly code = "UNSUPPORTED_SCHEMA_KEYWORD";
  readonly keyword: string;

  constructor(path: string, keyword: string, reason = "Unsupported keyword") {
    super(path, `${reason} ${JSON.stringify(keyword.slice(0, 80))}`);
    this.keyword = keyword;
  }
}

/** A `$ref` points outside the document. Schemas are never fetched. */
export class RemoteSchemaReference extends SchemaError {
  override readonly code = "REMOTE_SCHEMA_REFERENCE";

  constructor(path: string) {
    super(path, "A reference that leaves the document (only #/$defs/<name> is followed)");
  }
}

/** A schema refers to itself, so checking a small value could take exponential time. */
export class RecursiveJsonSchema extends SchemaError {
  override readonly code = "RECURSIVE_JSON_SCHEMA";

  constructor(path: string) {
    super(path, "A reference that comes back to itself");
  }
}

/** The schema, with every reference written out, is larger than the suite checks. */
export class JsonSchemaTooLarge extends SchemaError {
  override readonly code = "JSON_SCHEMA_TOO_LARGE";
  /** Largest number of JSON values in the expanded schema. */
  readonly maxNodes: number;

  constructor(maxNodes: number) {
    super("", `More than ${maxNodes} values once references are written out`);
    this.maxNodes = maxNodes;
  }
}

/** A value is JSON, but breaks its schema. */
export class JsonSchemaMismatch extends PermanentError {
  override readonly code = "JSON_SCHEMA_MISMATCH";
  /** RFC 6901 pointer into the value. */
  readonly path: string;
  /** The schema keyword that the value breaks, such as `required`. */
  readonly keyword: string;

  constructor(path: string, keyword: string, problem: string) {
    super(`Value at "${path.slice(0, 200)}" ${problem}.`);
    this.path = path;
    this.keyword = keyword;
  }
}
