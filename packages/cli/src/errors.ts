import { PermanentError } from "ainft-core";

/** What the command ends with. */
export const EXIT = { ok: 0, refused: 1, usage: 2, chain: 3 } as const;

/** A failure that is told in one line, with the exit code it ends in. */
export abstract class CliError extends PermanentError {
  abstract readonly exitCode: number;
}

/** The command line, the environment or the config file asks for something that can't be. */
export class UsageError extends CliError {
  override readonly code = "USAGE";
  override readonly exitCode = EXIT.usage;
}

/** A file that was named can't be read or written, or isn't what it should be. */
export class InputRefused extends CliError {
  override readonly code = "INPUT_REFUSED";
  override readonly exitCode = EXIT.refused;
}

/** The node doesn't answer, answers nonsense, or is of another chain. */
export class ChainUnavailable extends CliError {
  override readonly code = "CHAIN_UNAVAILABLE";
  override readonly exitCode = EXIT.chain;
}

/** A contract refuses the call. */
export class CallRefused extends CliError {
  override readonly code = "CALL_REFUSED";
  override readonly exitCode = EXIT.refused;
}

/** Nobody said yes to a transaction that costs money. */
export class NotConfirmed extends CliError {
  override readonly code = "NOT_CONFIRMED";
  override readonly exitCode = EXIT.refused;
}
