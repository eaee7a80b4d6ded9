/** What runs on a chain of its own, with the real bytecode: where contracts are instrumented, it would prove nothing more. */
export const describeOnNode = process.env["SOLIDITY_COVERAGE"] === "true" ? describe.skip : describe;
