export { checkEvent, checkEventList, describeProblem } from "./check-event.js";
export { confusableSkeleton } from "./confusable-skeleton.js";
export { isKauditError, KauditError } from "./errors.js";
export { AuditEvent, EventList, ObjectReference, Status, UserInfo } from "./event.js";
export { impliedObjectRef } from "./implied-object-ref.js";
export { compareLevels, Level, levelRank } from "./level.js";
export { toMicroTime } from "./micro-time.js";
export {
  isAuditEvent,
  isEventLike,
  parseEvent,
  parseEventList,
  safeParseEvent,
  safeParseEventList,
} from "./parse-event.js";
export { GroupResources, Policy, PolicyRule } from "./policy.js";
export { attributesOf } from "./request-attributes.js";
export { requestInfo } from "./request-info.js";
export { SchemaError } from "./schema-error.js";
export { compareByCodePoint, createMemorySpool } from "./spool.js";
export { Stage, stageOrder } from "./stage.js";
export { stringifyEvent, stringifyEventList } from "./stringify-event.js";
export { upgradeEvent } from "./upgrade-event.js";
export { visibleString, visibleText } from "./visible-text.js";

export type { EventProblem } from "./check-event.js";
export type { CountedActivity } from "./counted-activity.js";
export type { ErrorDetails } from "./errors.js";
export type {
  BlindSpot,
  EventOrigin,
  EventProvenance,
  EventReading,
  EventSelection,
  EventSource,
  FileAccount,
  IdentityBasis,
  LogWriter,
  RejectedRecord,
  RejectionReason,
  SkippedFile,
  SourceAccount,
  SourcedEvent,
} from "./event-source.js";
export type { ObjectStore, StoredObject } from "./object-store.js";
export type { ParsedEvent, ParsedEventList, ParseEventOptions } from "./parse-event.js";
export type { RequestAttributes } from "./request-attributes.js";
export type { RequestInfo } from "./request-info.js";
export type { SchemaErrorCode } from "./schema-error.js";
export type { Spool, SpooledRows } from "./spool.js";
export type { StringifyEventOptions } from "./stringify-event.js";
export type { OldEventVersion, UpgradedEvent } from "./upgrade-event.js";
export type { TextRun, VisibleTextOptions } from "./visible-text.js";
