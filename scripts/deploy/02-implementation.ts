import { contractStep } from "./contract-step";

/** The code that every collection runs as a clone. It can never be initialised itself. */
export const implementationStep = contractStep({ id: "02-implementation", contract: "AINFT721", args: () => [] });
