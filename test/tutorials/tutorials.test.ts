import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { type Anvil, startAnvil } from "../deployment/helpers/anvil";
import { boxesOf, typeTutorial } from "../helpers/tutorial";

const TIMEOUT_MS = 300_000;
const ANVIL = "node_modules/.bin/anvil ";

for (const tutorial of ["creator", "member", "provider"]) {
  describe(`the ${tutorial}'s tutorial`, function () {
    this.timeout(TIMEOUT_MS);

    let anvil: Anvil;
    let home: string;

    before(async () => {
      home = mkdtempSync(join(tmpdir(), "ainft-tutorial-"));
      const [command = ""] = boxesOf(tutorial).flatMap(({ kind, text }) =>
        kind === "sh background" ? [text.trim()] : [],
      );
      expect(command.startsWith(ANVIL), command).to.equal(true);
      // As it is typed, but at a port that is free.
      anvil = await startAnvil(...command.slice(ANVIL.length).split(" "));
    });

    after(async () => {
      await anvil.stop();
      rmSync(home, { recursive: true, force: true });
    });

    it("works word for word, and answers what it says", async () => {
      const { url } = anvil;
      const env = { PATH: process.env["PATH"], HOME: home, AINFT_RPC_URL: url, AINFT_ANVIL_URL: url };

      await typeTutorial(boxesOf(tutorial), env);
    });
  });
}
