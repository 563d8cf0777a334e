import type { ChangeLine, Text } from "./report-document.js";
import { logText, muted, plain } from "./text.js";
import { counted } from "./words/count.js";

const mostLines = 6;

/**
 * Gives the content of a role, binding or approval as lines a reader can compare: subjects ("User mallory"), the role they
 * are bound to, and each rule ("get, list on pods"). What has another form stands as the JSON that was recorded.
 */
export function contentLines(json: string): readonly Text[] {
  if (json === "") return [];
  const content = parsed(json);
  const lines = content === undefined ? [] : knownLines(content);
  return lines.length === 0 ? [logText(json, 200)] : lines;
}

/** Marks the lines of one side that the other does not have, and keeps at most six. */
export function changedLines(lines: readonly Text[], other: readonly Text[]): readonly ChangeLine[] {
  const others = new Set(other.map((line) => JSON.stringify(line)));
  const marked = lines.map((text) => ({ text, changed: !others.has(JSON.stringify(text)) }));
  if (marked.length <= mostLines) return marked;
  const shown = marked.toSorted((one, two) => Number(two.changed) - Number(one.changed)).slice(0, mostLines - 1);
  const rest = marked.length - shown.length;
  return [...shown, { text: [muted(`… ${counted(rest, "more line")}`)], changed: false }];
}

type Json = Readonly<Record<string, unknown>>;

function parsed(json: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function own(value: Json, key: string): unknown {
  return Object.hasOwn(value, key) ? value[key] : undefined;
}

function objects(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function words(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

function word(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function knownLines(content: Json): readonly Text[] {
  const subjects = objects(own(content, "subjects")).map(subjectLine);
  const roleRef = own(content, "roleRef");
  const role = isObject(roleRef) ? [roleLine(roleRef)] : [];
  const rules = objects(own(content, "rules")).map(ruleLine);
  return [...subjects, ...role, ...rules];
}

function subjectLine(subject: Json): Text {
  const namespace = word(own(subject, "namespace"));
  const name = word(own(subject, "name"));
  return logText(`${word(own(subject, "kind"))} ${namespace === "" ? name : `${namespace}/${name}`}`, 160);
}

function roleLine(role: Json): Text {
  return [plain("to "), ...logText(`${word(own(role, "kind"))} ${word(own(role, "name"))}`, 160)];
}

function ruleLine(rule: Json): Text {
  const verbs = words(own(rule, "verbs")).join(", ");
  const urls = words(own(rule, "nonResourceURLs")).join(", ");
  if (urls !== "") return [...logText(verbs, 120), plain(" on "), ...logText(urls, 160)];
  const groups = words(own(rule, "apiGroups")).filter((group) => group !== "");
  const names = words(own(rule, "resourceNames")).join(", ");
  const resources = words(own(rule, "resources")).join(", ");
  return [
    ...logText(verbs, 120),
    plain(" on "),
    ...logText(resources, 160),
    ...(groups.length === 0 ? [] : [plain(" in "), ...logText(groups.join(", "), 120)]),
    ...(names === "" ? [] : [plain(" named "), ...logText(names, 120)]),
  ];
}
