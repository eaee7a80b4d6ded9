/** A failure that asking again will not cure. */
export class PermanentError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** The request breaks the protocol or the input schema. The server answers `status` with `{error: {code, message}}`. */
export class RefusedRequestError extends PermanentError {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
    this.code = code;
  }
}

/** The model directory holds no weights this program can run. The server does not start. */
export class InvalidWeightsError extends PermanentError {
  readonly file: string;

  constructor(file: string, reason: string, options?: ErrorOptions) {
    super(
      `Cannot use the weights in ${file}: ${reason}. Check that AINFT_MODEL_DIR holds the files of the manifest.`,
      options,
    );
    this.file = file;
  }
}

/** An environment variable has a value the server cannot use. The server does not start. */
export class InvalidSettingError extends PermanentError {
  readonly variable: string;

  constructor(variable: string, reason: string) {
    super(`${variable} ${reason}.`);
    this.variable = variable;
  }
}
