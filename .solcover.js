/* global require */
const DataCollector = require("solidity-coverage/lib/collector");

/**
 * Reads a marker of eight bytes from a word of the stack, which holds it at its right or, in code made by viaIR, at its
 * left end. The tool's own reading loses the markers that begin with a zero byte; markers depend on the folder's name, so
 * about one run in ten would miss a path that was walked.
 */
DataCollector.prototype._normalizeHash = function normalizeHash(hash) {
  const word = hash.slice(2).padStart(64, "0");
  return `0x${/^0{48}/.test(word) ? word.slice(48) : word.slice(0, 16)}`;
};

module.exports = {
  // Mocks only pretend: what is deployed is measured.
  skipFiles: ["mocks"],
  istanbulReporter: ["text", "html", "lcov", "json", "json-summary"],
};
