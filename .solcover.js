module.exports = {
  // Mocks only pretend: what is deployed is measured.
  skipFiles: ["mocks"],
  istanbulReporter: ["text", "html", "lcov", "json", "json-summary"],
};
