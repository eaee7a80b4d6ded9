import { parseArgs } from "node:util";
import { runDemo } from "./demo";
import { ProcessGroup } from "./processes";
import { consoleProgress } from "./progress";

const HELP = `Usage: npm start [-- options]

Starts a local chain, deploys the suite, mints an AINFT, asks it a question on chain, and shows its signed answer.

Options:
  --question <text>  What to ask. Default: "Who are you?"
  --data <folder>    Where logs, relay data and content go: a new or empty folder, or an earlier run's,
                     which is emptied first. Default: .ainft/demo
  --stay             Keep the chain and the relays running afterwards, until Ctrl-C, to be asked more.
  --help             This text.

Environment:
  AINFT_ENGINE=none  Run the program as a plain process even if a container engine is there.
  DOCKER_HOST        Socket of the container engine, as unix:///path.
`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      question: { type: "string" },
      data: { type: "string" },
      stay: { type: "boolean" },
      help: { type: "boolean" },
    },
  });
  if (values.help === true) {
    console.log(HELP);
    return 0;
  }
  const processes = new ProcessGroup();
  const stopped = new Promise<number>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      process.once(signal, () => {
        console.log(`\n${signal}: ending everything that was started ...`);
        resolve(130);
      });
    }
  });
  try {
    const demo = runDemo(processes, consoleProgress(console.log), {
      question: values.question ?? "Who are you?",
      folder: values.data ?? ".ainft/demo",
    });
    const code = await Promise.race([demo, stopped]);
    if (values.stay !== true || code !== 0) return code;
    console.log("\nChain and relays stay, where connection.json in the data folder says. Ctrl-C ends them.");
    await Promise.race([stopped, processes.failIfOneEnds()]);
    return 0;
  } finally {
    await processes.stop();
  }
}

main()
  .then((code) => process.exit(code))
  .catch((error: unknown) => {
    console.error(`\nThe demo failed: ${error instanceof Error ? error.message : String(error)}`);
    process.exit(1);
  });
