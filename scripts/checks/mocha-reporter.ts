import { writeFileSync } from "node:fs";
import Mocha from "mocha";

/** Mocha's usual output, and the counts in the file that AINFT_TEST_REPORT names. */
export default class CountingReporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    runner.once("end", () => {
      const { passes, failures, pending } = this.stats;
      const file = process.env["AINFT_TEST_REPORT"];
      if (file) writeFileSync(file, JSON.stringify({ passed: passes, failed: failures, skipped: pending }));
    });
  }
}

module.exports = CountingReporter;
