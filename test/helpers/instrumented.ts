const INSTRUMENTED = process.env["SOLIDITY_COVERAGE"] === "true";

/** What runs on a chain of its own, with the real bytecode: where contracts are instrumented, it would prove nothing more. */
export const describeOnNode = INSTRUMENTED ? describe.skip : describe;

/** Hundreds of cases along paths that other tests walk once: instruments make each slow and learn nothing from them. */
export const itOfManyCases = INSTRUMENTED ? it.skip : it;
