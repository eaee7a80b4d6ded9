export * from "./kubo.ts";
export * from "./s3.ts";
