export { blindSpotMeanings, blindSpotNames } from "./blind-spots.js";
export { classifyActor } from "./actor.js";
export { ControlStatus, EvidenceBundle, RegisterSummary } from "./bundle.js";
export { CanaryOptions, canaryClasses, canaryObjects } from "./canaries/canary-options.js";
export { matchCanary } from "./canaries/match-canary.js";
export { Activity, createDayBudget } from "./coverage/activity.js";
export { CoverageOptions } from "./coverage/coverage-options.js";
export { gapThresholdSeconds } from "./coverage/gap-rule.js";
export { EvidenceError } from "./errors.js";
export { eventColumns, eventRow } from "./event-row.js";
export { gapSentence } from "./gates/covered.js";
export { CollectionManifest } from "./gates/collection-manifest.js";
export { decidingGates, evaluateGates } from "./gates/evaluate-gates.js";
export { gatherEvidence } from "./gather.js";
export { maskCommand, maskRequestUri } from "./mask.js";
export { outcomeOf } from "./outcome.js";
export { capabilityGap, recordableTogether } from "./policy-capability.js";
export { inertCell, registerCsv } from "./register-csv.js";
export {
  ActorKind,
  AuthenticationRow,
  AuthorizationRow,
  commonColumns,
  DeletionsRow,
  DryRun,
  ImpersonationRow,
  Outcome,
  RbacRow,
  registerColumns,
  registerNames,
  registerSchemas,
  SecretsRow,
  SessionsRow,
} from "./register-row.js";
export { evidenceId, serializeBundle } from "./serialize-bundle.js";

export type { Control, Framework, RegisterEntry } from "./bundle.js";
export type { EvidenceErrorCode } from "./errors.js";
export type { EventRow } from "./event-row.js";
export type { CanaryClass } from "./canaries/canary-options.js";
export type { CanaryRequest } from "./canaries/match-canary.js";
export type { DayBudget, Gaps, Silence } from "./coverage/activity.js";
export type { ExplainedGap } from "./coverage/coverage-options.js";
export type { ClusterOptions, Evidence, EvidenceOptions, EvidencePeriod, PolicyInForce } from "./evidence.js";
export type { CollectionCheck } from "./gates/collection-manifest.js";
export type { Gate, GateId } from "./gates/evaluate-gates.js";
export type { ClusterFacts, GateFacts, RegisterFacts } from "./gates/gate-facts.js";
export type { BlindSpotMeaning } from "./blind-spots.js";
export type { Capability, CapabilityGap } from "./policy-capability.js";
export type { RegisterName, RegisterRow, RegisterRows } from "./register-row.js";
