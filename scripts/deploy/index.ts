import { runDeployCommand } from "./cli";

export type { DeployProgress } from "./context";
export * from "./errors";
export { AIN_CAP, AIN_FIRST_SUPPLY, CHALLENGE_RULES, DAO_RULES, PROVIDER_TERMS } from "./dao";
export type { ChallengeRules, DaoRules, FirstProviderTerms } from "./dao";
export { SUITE_SALT } from "./predictions";
export { DAO_DEPLOY_STEPS, DEPLOY_STEPS, deploySuite, planSuite } from "./suite";
export type { DeployedDao, DeployedSuite, DeployOptions, DeployPlan } from "./suite";

if (require.main === module) {
  void runDeployCommand(process.argv.slice(2)).then((code) => (process.exitCode = code));
}
