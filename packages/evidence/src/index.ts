export { blindSpotMeanings, blindSpotNames } from "./blind-spots.js";
export { classifyActor } from "./actor.js";
export { ControlStatus, EvidenceBundle, RegisterSummary } from "./bundle.js";
export { EvidenceError } from "./errors.js";
export { eventColumns, eventRow } from "./event-row.js";
export { gatherEvidence } from "./gather.js";
export { compileIdentity, defaultSharedNames, IdentityConfiguration } from "./identity.js";
export { signalMeanings } from "./internal/request-signals.js";
export { maskCommand, maskRequestUri } from "./mask.js";
export { outcomeOf } from "./outcome.js";
export { capabilityGap, recordableTogether } from "./policy-capability.js";
export { inertCell, registerCsv } from "./register-csv.js";
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
export { evidenceId, serializeBundle } from "./serialize-bundle.js";

export type { Control, Framework, RegisterEntry } from "./bundle.js";
export type { EvidenceErrorCode } from "./errors.js";
export type { EventRow } from "./event-row.js";
export type { Evidence, EvidenceOptions, EvidencePeriod } from "./evidence.js";
export type { Identity } from "./identity.js";
export type { RequestSignal } from "./internal/request-signals.js";
export type { BlindSpotMeaning } from "./blind-spots.js";
export type { Capability, CapabilityGap } from "./policy-capability.js";
export type { RegisterName, RegisterRow, RegisterRows } from "./register-row.js";
