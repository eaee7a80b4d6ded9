/** The compiler's JavaScript interface, as far as it is used here. */
export interface Compiler {
  /** Takes standard JSON, and answers it. */
  compile(input: string): string;
  /** For example `0.8.30+commit.73712a01.Emscripten.clang`. */
  version(): string;
}

/** Loads a compiler when it is needed: it takes a second, and would handle rejections of the whole process. */
export function loadCompiler(packageName: "solc" | "solc-0.8.17"): Compiler {
  const before = process.listeners("unhandledRejection");
  // An import would load it with this file, and the compiler has no types.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const compiler = require(packageName) as Compiler;
  for (const listener of process.listeners("unhandledRejection")) {
    if (!before.includes(listener)) process.off("unhandledRejection", listener);
  }
  return compiler;
}
