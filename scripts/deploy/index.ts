import { runDeployCommand } from "./cli";

export type { DeployProgress } from "./context";
export * from "./errors";
export { DEPLOY_STEPS, deploySuite, planSuite } from "./suite";
export type { DeployedSuite, DeployOptions, DeployPlan } from "./suite";

if (require.main === module) {
  void runDeployCommand(process.argv.slice(2)).then((code) => (process.exitCode = code));
}
