/** Typed bindings of the AINFT contracts. Everything here is generated from the compiled contracts and the records. */
export * from "./generated/index.ts";
