import { PermanentError } from "../errors.ts";
import type { Address } from "../hex.ts";

/** A proposal that cannot be described, or whose description does not fit. */
export abstract class ProposalError extends PermanentError {}

/** A proposal without a single call: there is nothing to vote on. */
export class NoProposedCalls extends ProposalError {
  override readonly code = "NO_PROPOSED_CALLS";

  constructor() {
    super("Proposal refused: it makes no call.");
  }
}

/** Targets, values and call data of a proposal are not equally many. */
export class ProposalLengthMismatch extends ProposalError {
  override readonly code = "PROPOSAL_LENGTH_MISMATCH";
  readonly targets: number;
  readonly values: number;
  readonly calldatas: number;

  constructor(targets: number, values: number, calldatas: number) {
    super(`Proposal refused: ${targets} targets, ${values} values and ${calldatas} call data must be equally many.`);
    this.targets = targets;
    this.values = values;
    this.calldatas = calldatas;
  }
}

/** A title or a reason could be taken for something else than what a person wrote. */
export class UnfitProposalText extends ProposalError {
  override readonly code = "UNFIT_PROPOSAL_TEXT";
  readonly field: "title" | "reason";
  readonly problem: string;

  constructor(field: "title" | "reason", problem: string) {
    super(`Proposal refused: its ${field} ${problem}.`);
    this.field = field;
    this.problem = problem;
  }
}

/** Two known contracts claim one address, so a reader could be shown the wrong name. */
export class AmbiguousContract extends ProposalError {
  override readonly code = "AMBIGUOUS_CONTRACT";
  readonly address: Address;

  constructor(address: Address) {
    super(`${address} is named twice in the list of known contracts. Leave one of them out.`);
    this.address = address;
  }
}

/** A text that is not the description of a proposal as this package writes it. */
export class NotADescription extends ProposalError {
  override readonly code = "NOT_A_DESCRIPTION";
  readonly problem: string;

  constructor(problem: string) {
    super(`The description cannot be read: ${problem}. Do not vote on it before you have decoded its calls.`);
    this.problem = problem;
  }
}

/** A proposal does something else than its description says. */
export class DescriptionMismatch extends ProposalError {
  override readonly code = "DESCRIPTION_MISMATCH";
  readonly what: "digest" | "text";
  readonly expected: string;
  readonly actual: string;

  constructor(what: "digest" | "text", expected: string, actual: string) {
    super(`The ${what} of the calls is not what the description says. Do not vote for it.`);
    this.what = what;
    this.expected = expected;
    this.actual = actual;
  }
}
