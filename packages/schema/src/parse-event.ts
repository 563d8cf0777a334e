import { checkEvent, checkEventList, describeProblem } from "./check-event.js";
import type { EventProblem } from "./check-event.js";
import type { AuditEvent, EventList } from "./event.js";
import { isMicroTime, writtenTimestamp } from "./micro-time.js";
import { SchemaError } from "./schema-error.js";
import { upgradeEvent } from "./upgrade-event.js";
import type { OldEventVersion } from "./upgrade-event.js";

/** An event, or everything that is wrong with the value. */
export type ParsedEvent =
  | { readonly success: true; readonly event: AuditEvent; readonly upgradedFrom?: OldEventVersion }
  | { readonly success: false; readonly problems: readonly EventProblem[] };

/** A list of events, or everything that is wrong with the value. */
export type ParsedEventList =
  | { readonly success: true; readonly list: EventList; readonly upgradedFrom?: OldEventVersion }
  | { readonly success: false; readonly problems: readonly EventProblem[] };

/** How an event is to be read. */
export interface ParseEventOptions {
  /** The apiVersion of the EventList that the event is an item of. Default: none; then the event's own decides. */
  readonly listVersion?: string;
}

/**
 * Reads one audit event from parsed JSON, of any version of audit.k8s.io, with or without kind and apiVersion; or gives
 * all problems by path. Never throws, and no problem holds a value.
 *
 * The event is the value itself, not a copy, so unknown fields stay, even one called `__proto__`. There are two
 * exceptions: an event of an older version is upgraded (see `upgradeEvent`), and timestamps of another precision or
 * time zone are brought into kube-apiserver's form (UTC, six decimals), in which they can be compared as strings.
 */
export function safeParseEvent(value: unknown, options: ParseEventOptions = {}): ParsedEvent {
  const upgraded = upgradeEvent(value, options.listVersion);
  const problems = checkEvent(upgraded.value);
  if (problems.length > 0) return { success: false, problems };
  const event = withWrittenTimes(upgraded.value as AuditEvent);
  return upgraded.upgradedFrom === undefined
    ? { success: true, event }
    : { success: true, event, upgradedFrom: upgraded.upgradedFrom };
}

/**
 * Reads one audit event as `safeParseEvent` does.
 *
 * @throws SchemaError `KAUDIT_SCHEMA_EVENT_INVALID`; `details.problems` lists every problem.
 */
export function parseEvent(value: unknown, options: ParseEventOptions = {}): AuditEvent {
  const parsed = safeParseEvent(value, options);
  if (parsed.success) return parsed.event;
  throw invalid("KAUDIT_SCHEMA_EVENT_INVALID", "audit event", parsed.problems);
}

/** Reads an EventList, as an audit webhook receives it, in the way of `safeParseEvent`. One bad item fails the list. */
export function safeParseEventList(value: unknown): ParsedEventList {
  const upgraded = upgradeEvent(value);
  const problems = checkEventList(upgraded.value);
  if (problems.length > 0) return { success: false, problems };
  const list = withWrittenItems(upgraded.value as EventList);
  return upgraded.upgradedFrom === undefined
    ? { success: true, list }
    : { success: true, list, upgradedFrom: upgraded.upgradedFrom };
}

/**
 * Reads an EventList as `safeParseEventList` does.
 *
 * @throws SchemaError `KAUDIT_SCHEMA_EVENT_LIST_INVALID`; `details.problems` lists every problem.
 */
export function parseEventList(value: unknown): EventList {
  const parsed = safeParseEventList(value);
  if (parsed.success) return parsed.list;
  throw invalid("KAUDIT_SCHEMA_EVENT_LIST_INVALID", "audit event list", parsed.problems);
}

/** Tells whether a value is an audit event as it stands: `checkEvent` finds nothing wrong with it. */
export function isAuditEvent(value: unknown): value is AuditEvent {
  return checkEvent(value).length === 0;
}

/**
 * Tells whether a value means to be an audit event: it has an `auditID`, and a `stage` or a `verb`. Kind and apiVersion
 * are not asked, because the items of an EventList have none. Such a value can still be malformed; `safeParseEvent` tells.
 */
export function isEventLike(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) return false;
  return Object.hasOwn(value, "auditID") && (Object.hasOwn(value, "stage") || Object.hasOwn(value, "verb"));
}

function withWrittenTimes(event: AuditEvent): AuditEvent {
  const { requestReceivedTimestamp, stageTimestamp } = event;
  if (isMicroTime(requestReceivedTimestamp) && isMicroTime(stageTimestamp)) return event;
  return {
    ...event,
    requestReceivedTimestamp: writtenTimestamp(requestReceivedTimestamp),
    stageTimestamp: writtenTimestamp(stageTimestamp),
  };
}

function withWrittenItems(list: EventList): EventList {
  const items = list.items?.map(withWrittenTimes);
  return items === undefined || items.every((item, at) => item === list.items?.[at]) ? list : { ...list, items };
}

const shownProblems = 5;

function invalid(
  code: "KAUDIT_SCHEMA_EVENT_INVALID" | "KAUDIT_SCHEMA_EVENT_LIST_INVALID",
  what: string,
  problems: readonly EventProblem[],
): SchemaError {
  const shown = problems.slice(0, shownProblems).map(describeProblem).join("; ");
  const more = problems.length > shownProblems ? `; and ${problems.length - shownProblems} more` : "";
  return new SchemaError(code, `${what}: ${shown}${more}`, { details: { problems } });
}
