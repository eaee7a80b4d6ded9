import { writeFileSync } from "node:fs";
import Mocha from "mocha";

/** Mocha's usual output, and the counts with what failed in the file that AINFT_TEST_REPORT names. */
export default class CountingReporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    const failures: string[] = [];
    runner.on("fail", (test, error: Error) => {
      failures.push(`${test.fullTitle()}: ${error.message.split("\n", 1).join("")}`);
    });
    runner.once("end", () => {
      const { passes, failures: failed, pending } = this.stats;
      const file = process.env["AINFT_TEST_REPORT"];
      if (file) writeFileSync(file, JSON.stringify({ passed: passes, failed, skipped: pending, failures }));
    });
  }
}

module.exports = CountingReporter;
