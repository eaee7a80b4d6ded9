/** What is measured: everything but the mocks. Reports go to coverage/. */
module.exports = {
  skipFiles: ["mocks"],
  istanbulFolder: "coverage",
  istanbulReporter: ["json-summary", "html", "text"],
  // The optimizer must run: without it the instrumented contracts exceed the stack.
  configureYulOptimizer: true,
};
