/** A member of an object, and the index behind it. */
interface Member {
  readonly key: string;
  readonly value: unknown;
  readonly end: number;
}

/** The fields of an Event, one of which an event begins with, whoever wrote it and in whatever order. */
const eventFields: ReadonlySet<string> = new Set([
  "kind",
  "apiVersion",
  "metadata",
  "level",
  "timestamp",
  "auditID",
  "stage",
  "requestURI",
  "verb",
  "user",
  "impersonatedUser",
  "authenticationMetadata",
  "sourceIPs",
  "userAgent",
  "objectRef",
  "responseStatus",
  "requestObject",
  "responseObject",
  "requestReceivedTimestamp",
  "stageTimestamp",
  "annotations",
]);

const neededStrings = ["level", "auditID", "stage", "requestURI", "verb"] as const;

/** Values nested deeper are not taken: whatever reads the event may go down by recursion. */
const maxDepth = 1_000;

/**
 * Gives what is left of an audit event whose JSON was cut: its top-level members up to the last one that is whole, as
 * they were. Gives undefined for text that does not begin like an audit event, and where `level`, `auditID`, `stage`,
 * `requestURI`, `verb` or `user` is not whole: who did what is then not known. Never throws.
 *
 * A member counts as whole only where the comma or the brace behind it is there too. Nothing of the member that was cut
 * is given, and nothing after it. Nothing is added: members that were cut off, as a rule the timestamps, are missing.
 * The time taken grows in proportion to the length of the text.
 */
export function salvageEvent(text: string): { readonly event: Record<string, unknown> } | undefined {
  const members = wholeMembers(text);
  const [first] = members;
  if (first === undefined || !eventFields.has(first[0])) return undefined;
  // Not by assignment: a key may be `__proto__`.
  const event: Record<string, unknown> = Object.fromEntries(members);
  const { kind, apiVersion, user } = event;
  if (kind !== undefined && kind !== "Event") return undefined;
  if (apiVersion !== undefined && !(typeof apiVersion === "string" && apiVersion.startsWith("audit.k8s.io/"))) {
    return undefined;
  }
  if (neededStrings.some((field) => typeof event[field] !== "string")) return undefined;
  if (typeof user !== "object" || user === null || Array.isArray(user)) return undefined;
  return { event };
}

function wholeMembers(text: string): readonly (readonly [key: string, value: unknown])[] {
  const members: [string, unknown][] = [];
  let at = skipSpace(text, 0);
  if (text[at] !== "{") return members;
  do {
    const member = readMember(text, skipSpace(text, at + 1));
    if (member === undefined) return members;
    at = skipSpace(text, member.end);
    if (text[at] !== "," && text[at] !== "}") return members;
    members.push([member.key, member.value]);
  } while (text[at] === ",");
  return members;
}

function readMember(text: string, start: number): Member | undefined {
  if (text[start] !== '"') return undefined;
  const keyEnd = stringEnd(text, start);
  const colon = skipSpace(text, keyEnd);
  if (text[colon] !== ":") return undefined;
  const valueStart = skipSpace(text, colon + 1);
  const end = valueEnd(text, valueStart);
  try {
    const key = JSON.parse(text.slice(start, keyEnd)) as string;
    return { key, value: JSON.parse(text.slice(valueStart, end)) as unknown, end };
  } catch {
    return undefined;
  }
}

const space = /[ \t\r\n]*/y;
const scalar = /[-+.\w]*/y;

function skipSpace(text: string, start: number): number {
  return endOfMatch(space, text, start);
}

function endOfMatch(pattern: RegExp, text: string, start: number): number {
  pattern.lastIndex = start;
  return pattern.test(text) ? pattern.lastIndex : start;
}

/** Index behind the value that begins at `start`, by its quotes and brackets; the length of the text where it is cut. */
function valueEnd(text: string, start: number): number {
  const first = text[start];
  if (first === '"') return stringEnd(text, start);
  if (first !== "{" && first !== "[") return endOfMatch(scalar, text, start);
  let depth = 0;
  let at = start;
  while (at < text.length) {
    const character = text[at];
    if (character === '"') {
      at = stringEnd(text, at);
      continue;
    }
    at++;
    if (character === "{" || character === "[") depth++;
    else if (character === "}" || character === "]") depth--;
    if (depth === 0) return at;
    if (depth > maxDepth) return text.length;
  }
  return text.length;
}

/** Index behind the closing quote of the string that begins at `start`. */
function stringEnd(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === 0x22) return at + 1;
    if (unit === 0x5c) at++;
  }
  return text.length;
}
