export { blindSpotMeanings, blindSpotNames } from "./blind-spots.js";
export { classifyActor } from "./actor.js";
export { ControlStatus, EvidenceBundle, RegisterSummary } from "./bundle.js";
export { buildEvidence } from "./build-evidence.js";
export { CanaryOptions, canaryClasses, canaryObjects } from "./canaries/canary-options.js";
export { matchCanary } from "./canaries/match-canary.js";
export { Activity, createDayBudget } from "./coverage/activity.js";
export { CoverageOptions } from "./coverage/coverage-options.js";
export { gapThresholdSeconds } from "./coverage/gap-rule.js";
export { Approval, Approvals } from "./decisions/approval.js";
export { compileApprovals } from "./decisions/compile-approvals.js";
export { Decision, decided, Dispositions } from "./decisions/disposition.js";
export { compileScope, Scope, scopeLabels } from "./decisions/scope.js";
export { settleExceptions } from "./decisions/settle-exceptions.js";
export { reviewState, SignOff, signOffSteps } from "./decisions/sign-off.js";
export { EvidenceError } from "./errors.js";
export { eventColumns, eventRow } from "./event-row.js";
export { foldRequests } from "./fold-requests.js";
export { FrameworkInBundle, GateResult } from "./frameworks/framework-in-bundle.js";
export { RowDetails } from "./frameworks/row-details.js";
export { evidenceConditionKinds } from "./exceptions/evidence-condition.js";
export { ExceptionInBundle, ExceptionsSummary } from "./exceptions/exception-in-bundle.js";
export { ExceptionsConfiguration, exceptionSettings } from "./exceptions/exceptions-configuration.js";
export { exceptionsFor, openExceptionsFor } from "./exceptions/open-exceptions-for.js";
export { isHeartbeat } from "./coverage/heartbeats.js";
export { gapSentence } from "./gates/covered.js";
export { CollectionManifest } from "./gates/collection-manifest.js";
export { decidingGates, evaluateGates } from "./gates/evaluate-gates.js";
export { compileIdentity, defaultSharedNames, IdentityConfiguration } from "./identity.js";
export { isEvidenceEvent } from "./kept-event.js";
export { signalMeanings } from "./internal/request-signals.js";
export { maskCommand, maskRequestUri } from "./mask.js";
export { outcomeOf } from "./outcome.js";
export { capabilityGap, recordableTogether } from "./policy-capability.js";
export { inertCell, registerCellText, registerCsv } from "./register-csv.js";
export { createRegisterExtractors } from "./register-extractors.js";
export {
  ActorKind,
  AuthenticationRow,
  AuthorizationRow,
  commonColumns,
  ConfigurationRow,
  CredentialsRow,
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
export { drawSample, sampleRank } from "./sample/draw-sample.js";
export { parseSampleSize } from "./sample/sample-size.js";
export { evidenceId, serializeBundle } from "./serialize-bundle.js";

export type { Control, Framework, RegisterEntry } from "./bundle.js";
export type {
  ApprovableRequest,
  ApprovalProblem,
  ApprovalUse,
  CompiledApprovals,
} from "./decisions/compile-approvals.js";
export type { DecisionOptions, HandedInFile } from "./decisions/create-decisions.js";
export type { ApprovalInBundle, DecisionsInBundle, SignOffInBundle } from "./decisions/decisions-in-bundle.js";
export type { Disposition } from "./decisions/disposition.js";
export type { ScopeLabel, Scopes } from "./decisions/scope.js";
export type {
  DecidableException,
  DispositionProblem,
  SettledExceptions,
  StaleDisposition,
} from "./decisions/settle-exceptions.js";
export type { ReviewProblem, ReviewState, Signature, SignOffStep } from "./decisions/sign-off.js";
export type { EvidenceErrorCode } from "./errors.js";
export type { EventRow } from "./event-row.js";
export type { CanaryClass } from "./canaries/canary-options.js";
export type { CanaryRequest } from "./canaries/match-canary.js";
export type { DayBudget, Gaps, Silence } from "./coverage/activity.js";
export type { ExplainedGap } from "./coverage/coverage-options.js";
export type { ClusterOptions, Evidence, EvidenceOptions, EvidencePeriod, PolicyInForce } from "./evidence.js";
export type { ChangedFile, CollectionCheck } from "./gates/collection-manifest.js";
export type { Gate, GateId } from "./gates/evaluate-gates.js";
export type { ClusterFacts, GateFacts, RegisterFacts } from "./gates/gate-facts.js";
export type { GivenFramework } from "./frameworks/given-framework.js";
export type { ControlInBundle, EventClassInBundle } from "./frameworks/framework-in-bundle.js";
export type { FoldedRequests, FoldOptions, FoldTotals } from "./fold-requests.js";
export type { Identity } from "./identity.js";
export type { FoldedRequest } from "./internal/fold.js";
export type { PartialRow as FoldedStage } from "./internal/partial-row.js";
export type { RequestSignal } from "./internal/request-signals.js";
export type { BlindSpotMeaning } from "./blind-spots.js";
export type { Capability, CapabilityGap } from "./policy-capability.js";
export type { RegisterExtractors } from "./register-extractors.js";
export type { RegisterName, RegisterRow, RegisterRows } from "./register-row.js";
export type { DrawnRows, Population } from "./sample/draw-sample.js";
export type { SampleOptions } from "./sample/draw-samples.js";
export type { SampleInBundle } from "./sample/sample-in-bundle.js";
export type { SampleSize } from "./sample/sample-size.js";
export type { EvidenceCondition, EvidenceConditionKind } from "./exceptions/evidence-condition.js";
export type { ExceptionSettings } from "./exceptions/exceptions-configuration.js";
export type { ControlExceptions } from "./exceptions/open-exceptions-for.js";
