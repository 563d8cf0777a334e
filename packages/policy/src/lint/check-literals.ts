import type { PolicyRuleInput } from "../policy.js";
import { quoted } from "../request-words.js";
import type { LintContext } from "./lint-context.js";

const plainLists = ["users", "userGroups", "verbs", "namespaces"] as const;

const fieldWords: Readonly<Record<(typeof plainLists)[number] | "resourceNames", string>> = {
  users: "user",
  userGroups: "group",
  verbs: "verb",
  namespaces: "namespace",
  resourceNames: "name",
};

/** `match/literal-star` and `match/null-item`: wildcards where there are none, and empty items. */
export function checkLiterals(context: LintContext): void {
  context.rules.forEach((rule, index) => {
    for (const field of plainLists) {
      checkList(context, rule[field] ?? [], `rules[${index}].${field}`, fieldWords[field]);
    }
    checkEntries(context, rule, index);
  });
}

function checkList(context: LintContext, values: readonly string[], path: string, word: string): void {
  values.forEach((value, at) => {
    if (/[*?]/.test(value)) reportStar(context, value, `${path}[${at}]`, word, values.length === 1);
    // The empty namespace stands for requests outside namespaces, and the empty name for those without one.
    if (value === "" && word !== "namespace" && word !== "name") reportEmptyItem(context, `${path}[${at}]`, word);
  });
}

function reportStar(context: LintContext, value: string, path: string, word: string, isOnlyOne: boolean): void {
  const all =
    value === "*" && isOnlyOne
      ? "Leave the field out: without it the rule matches every one."
      : "List them one by one.";
  context.add("match/literal-star", "warning", path, {
    message: `${quoted(value)} is compared letter by letter: audit policies have no wildcards for a ${word}.`,
    consequence: `The rule matches only a ${word} of exactly that name, so in practice nothing.`,
    mend: all,
  });
}

function reportEmptyItem(context: LintContext, path: string, word: string): void {
  context.add("match/null-item", "warning", path, {
    message: `The list holds an empty ${word}, from "" or from a dash with nothing behind it.`,
    consequence: `No request has an empty ${word}; the item selects nothing.`,
    mend: "Remove the item, or write what is missing.",
  });
}

function checkEntries(context: LintContext, rule: PolicyRuleInput, index: number): void {
  (rule.resources ?? []).forEach((entry, at) => {
    const path = `rules[${index}].resources[${at}]`;
    checkList(context, entry.resourceNames ?? [], `${path}.resourceNames`, "name");
    const isBare = [entry.group, entry.resources, entry.resourceNames].every((part) => (part ?? "").length === 0);
    if (isBare && context.positions.size > 0 && !context.positions.has(`${path}.group`)) reportBareEntry(context, path);
    (entry.resources ?? []).forEach((pattern, item) => {
      const itemPath = `${path}.resources[${item}]`;
      if (pattern === "") reportEmptyItem(context, itemPath, "resource");
      else if (isGlob(pattern)) reportGlob(context, pattern, itemPath);
    });
  });
}

/** Stars are understood in `*`, `*` + `/sub` and `resource/*` only. */
export function isGlob(pattern: string): boolean {
  if (pattern === "*") return false;
  if (pattern === "*/*") return true;
  return /[*?]/.test(pattern.replace(/^\*\/(?=.)/, "").replace(/(?<=.)\/\*$/, ""));
}

function reportGlob(context: LintContext, pattern: string, path: string): void {
  const everything = pattern === "*/*";
  context.add("match/literal-star", "warning", path, {
    message: `${quoted(pattern)} matches nothing: stars are understood only in "*", "pods/*" and "*/status".`,
    consequence: "The item selects no resource, so the rule misses what it was meant for.",
    mend: everything ? 'Write "*", which includes every subresource.' : "List the resources one by one.",
  });
}

function reportBareEntry(context: LintContext, path: string): void {
  context.add("match/null-item", "warning", path, {
    message: "This entry of resources is empty, from {} or from a dash with nothing behind it.",
    consequence: "An empty entry means everything in the core group: pods, secrets, config maps and the rest.",
    mend: 'Remove the entry; if the whole core group is meant, say so: group: ""',
  });
}
