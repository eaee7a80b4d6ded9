/** What a command works with; each needs what those before it need. */
export type Needs = "files" | "chain" | "wallet" | "send";

/** Options that commands of a kind share. */
export function optionsFor(needs: Needs): [string, string][] {
  const json: [string, string] = ["--json", "answer as JSON"];
  const chain: [string, string][] = [
    ["--rpc <url>", "node to ask (AINFT_RPC_URL; default http://127.0.0.1:8545)"],
    ["--chain <id>", "chain that the node must be of (AINFT_CHAIN; default 31337)"],
  ];
  const wallet: [string, string][] = [
    ["--keystore <file>", "encrypted key (AINFT_KEYSTORE)"],
    ["--password-file <file>", "file with its password (AINFT_PASSWORD_FILE, AINFT_PASSWORD)"],
    ["--account <number>", "test account, on local chains only (AINFT_ACCOUNT)"],
    ["--signer <url>", "signer of its own, as Clef, Frame or web3signer, by JSON-RPC (AINFT_SIGNER)"],
    ["--signer-account <address>", "the signer's account, where it has several (AINFT_SIGNER_ACCOUNT)"],
    ["--timeout <seconds>", "how long to wait for a signature, and for a block (AINFT_TIMEOUT; default 600)"],
  ];
  const send: [string, string][] = [
    ["--unsigned", "print the transaction, send nothing"],
    ["--from <address>", "sender of a printed transaction"],
    ["--dry-run", "tell the cost, send nothing"],
    ["--yes", "do not ask on public chains"],
  ];
  switch (needs) {
    case "files":
      return [json];
    case "chain":
      return [json, ...chain];
    case "wallet":
      return [json, ...chain, ...wallet];
    case "send":
      return [json, ...chain, ...wallet, ...send];
  }
}
