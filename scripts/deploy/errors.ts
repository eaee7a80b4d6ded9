import { CREATE2_FACTORY, FACTORY_SIGNER } from "../lib/create2-factory";
import { PermanentError } from "../lib/errors";

/** The chain behind the address is not the one that was asked for, or not the one of the record. */
export class WrongChainError extends PermanentError {
  readonly code = "WRONG_CHAIN";
  constructor(
    readonly what: "chain id" | "genesis block",
    readonly expected: string,
    readonly actual: string,
  ) {
    super(`The node's ${what} is ${actual}, not ${expected}. Point the script at the right chain.`);
  }
}

/** A record says something that the chain denies. */
export class RecordMismatchError extends PermanentError {
  readonly code = "RECORD_MISMATCH";
  constructor(
    readonly place: string,
    readonly field: string,
    readonly recorded: string,
    readonly actual: string,
  ) {
    super(
      `${place} does not match the chain: ${field} is recorded as ${recorded}, but is ${actual}. ` +
        "Restore the record from version control; nothing was sent.",
    );
  }
}

/** What is deployed is not what would be deployed now. */
export class SourceDriftError extends PermanentError {
  readonly code = "SOURCE_DRIFT";
  constructor(
    readonly contract: string,
    readonly address: string,
  ) {
    super(
      `${contract} at ${address} was deployed from other code or other arguments than the present ones. ` +
        "Check out the recorded commit, or start a new deployment with --fresh.",
    );
  }
}

/** Somebody else than the recorded deployer tries to go on. */
export class WrongDeployerError extends PermanentError {
  readonly code = "WRONG_DEPLOYER";
  constructor(
    readonly expected: string,
    readonly actual: string,
  ) {
    super(`The suite was deployed by ${expected}, not by ${actual}. Use the same key.`);
  }
}

/** The oracle on chain is set up otherwise than asked, and changing it is not a deployment. */
export class SetupMismatchError extends PermanentError {
  readonly code = "SETUP_MISMATCH";
  constructor(
    readonly setting: "reporter config" | "owner" | "AIN" | "DAO",
    readonly wanted: string,
    readonly actual: string,
  ) {
    super(
      `The suite's ${setting} is ${actual}, not ${wanted}. A deployment does not change what is set: ` +
        "use the commands in scripts/ops, as the oracle's owner.",
    );
  }
}

/** The arguments of a deployment can't be right. */
export class DeployArgumentError extends PermanentError {
  readonly code = "DEPLOY_ARGUMENT";
}

/** A record does not tell of the whole suite, or of more. */
export class RecordIncompleteError extends PermanentError {
  readonly code = "RECORD_INCOMPLETE";
  constructor(
    readonly place: string,
    readonly problem: string,
  ) {
    super(`${place} ${problem}. Restore it from version control, or run the deployment again: it finishes the record.`);
  }
}

/** Somebody else holds a right than the record says. */
export class RolesChangedError extends PermanentError {
  readonly code = "ROLES_CHANGED";
  constructor(
    readonly place: string,
    readonly role: string,
    readonly recorded: string,
    readonly actual: string,
  ) {
    super(
      `${place} does not match the chain: ${role} is recorded as ${recorded}, but is ${actual}. ` +
        "If that was meant, run the deployment again: it sends nothing, and records who holds which right now.",
    );
  }
}

/** What was written for explorers does not make the contract that is recorded. */
export class VerificationMismatchError extends PermanentError {
  readonly code = "VERIFICATION_MISMATCH";
  constructor(
    readonly place: string,
    readonly contract: string,
    readonly problem: string,
  ) {
    super(`${place}: the sources of ${contract} ${problem}. Write them anew with --verification.`);
  }
}

/** Every step ran, and yet a contract has no record: the steps are wired wrongly. */
export class MissingContractError extends PermanentError {
  readonly code = "MISSING_CONTRACT";
  constructor(readonly contract: string) {
    super(`No step deploys ${contract}. Compare DEPLOY_STEPS with what the suite needs.`);
  }
}

/** A public chain lacks the factory that creates all contracts, and nobody said that it may be put there. */
export class FactoryMissingError extends PermanentError {
  readonly code = "CREATE2_FACTORY_MISSING";
  constructor(readonly network: string) {
    super(
      `The network "${network}" has no CREATE2 factory at ${CREATE2_FACTORY}. Run again with --place-factory: that gives ` +
        `${FACTORY_SIGNER} 0.01 ETH and broadcasts its published transaction. If the chain refuses it, ask the chain's ` +
        "operator for the factory. Nothing was sent.",
    );
  }
}

/** The factory can't be put onto a chain by its published transaction. */
export class FactoryRefusedError extends PermanentError {
  readonly code = "CREATE2_FACTORY_REFUSED";
  constructor(
    readonly reason: string,
    options?: ErrorOptions,
  ) {
    super(
      `The CREATE2 factory can't be put onto this chain: ${reason}. Let transactions without replay protection through ` +
        `for ${FACTORY_SIGNER}, or ask the chain's operator to have the factory at ${CREATE2_FACTORY}.`,
      options,
    );
  }
}

/** The operator answered no. */
export class DeployRefusedError extends PermanentError {
  readonly code = "DEPLOY_REFUSED";
  constructor() {
    super("Nothing was sent: the plan was not confirmed.");
  }
}
