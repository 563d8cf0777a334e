export { enableAudit } from "./api-server/enable-audit.js";
export { explainApiServerLog } from "./api-server/explain-log.js";
export { apiServerChecks, lintApiServer } from "./api-server/lint-api-server.js";
export { actorKinds, actorTitles } from "./coverage/actor-kinds.js";
export { evidenceClassNames, evidenceRequests } from "./coverage/evidence-requests.js";
export { policyCoverage } from "./coverage/policy-coverage.js";
export { diffPolicies } from "./diff/diff-policies.js";
export { PolicyError } from "./errors.js";
export { compilePolicy } from "./evaluate/compile-policy.js";
export { evaluatePolicy } from "./evaluate/evaluate-policy.js";
export { explainPolicy } from "./explain/explain-policy.js";
export { generatePolicy } from "./generate/generate-policy.js";
export { benchmarkName } from "./lint/check-cis.js";
export { isAtLeastAsSevere } from "./lint/finding.js";
export { lintChecks } from "./lint/lint-checks.js";
export { lintPolicy } from "./lint/lint-policy.js";
export { loadPolicy } from "./load/load-policy.js";
export { describeRequest } from "./request-words.js";
export { simulatePolicy } from "./simulate/simulate-policy.js";

export type {
  ApiServerConfiguration,
  ApiServerFlag,
  ApiServerMount,
  ApiServerSource,
} from "./api-server/api-server-configuration.js";
export type { ApiServerFinding } from "./api-server/api-server-finding.js";
export type { EnableAudit, EnableAuditOptions } from "./api-server/enable-audit.js";
export type { ApiServerLogExplanation } from "./api-server/explain-log.js";
export type { ApiServerReport, LintApiServerOptions } from "./api-server/lint-api-server.js";
export type { ActorKind } from "./coverage/actor-kinds.js";
export type { EvidenceClassName, EvidenceRequest } from "./coverage/evidence-requests.js";
export type { ClassCoverage, CoverageRow, PolicyCoverage, Recordable } from "./coverage/policy-coverage.js";
export type { PolicyChange, PolicyDiff, PolicyDifference } from "./diff/diff-policies.js";
export type { PolicyErrorCode, PolicyProblem } from "./errors.js";
export type { CompiledPolicy } from "./evaluate/compile-policy.js";
export type { PolicyDecision } from "./evaluate/policy-decision.js";
export type { FailedCondition, PolicyExplanation, RuleStep } from "./explain/explain-policy.js";
export type { GeneratedPolicy, GeneratePolicyOptions } from "./generate/generate-policy.js";
export type { PolicyFramework, PolicyStyle } from "./generate/policy-plan.js";
export type { RequestSource, WrittenRequest } from "./explain/request-source.js";
export type { BenchmarkResult } from "./lint/check-cis.js";
export type { LintFinding, LintSeverity } from "./lint/finding.js";
export type { LintCheck } from "./lint/lint-checks.js";
export type { AuditLogMode } from "./lint/lint-context.js";
export type { LintPolicyOptions, LintReport } from "./lint/lint-policy.js";
export type { IgnoredField } from "./load/go-decode.js";
export type { LoadedPolicy, LoadPolicyOptions } from "./load/load-policy.js";
export type { Position } from "./load/policy-value.js";
export type { ReachedDecision } from "./request-space/policy-space.js";
export type {
  GroupResources,
  GroupResourcesInput,
  Policy,
  PolicyInput,
  PolicyRule,
  PolicyRuleInput,
} from "./policy.js";
export type {
  LostEvidence,
  PolicySimulation,
  SimulatedOutcome,
  SimulatePolicyOptions,
} from "./simulate/simulate-policy.js";
export type { TallyEntry, TallyResult, Volume } from "./simulate/tally.js";
