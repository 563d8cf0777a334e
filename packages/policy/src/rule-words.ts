import { targetKind } from "./evaluate/evaluate-policy.js";
import type { GroupResourcesInput, PolicyRuleInput } from "./policy.js";
import { groupName, quoted, quotedList } from "./request-words.js";

/** The requests that a rule is for, in words: `get and list requests for "pods" of the core group by "alice"`. */
export function describeRule(rule: PolicyRuleInput): string {
  return [describeVerbs(rule), describeTargets(rule), describeActors(rule)].filter((part) => part !== "").join(" ");
}

function describeVerbs({ verbs }: PolicyRuleInput): string {
  return verbs === undefined || verbs === null || verbs.length === 0 ? "all requests" : `${quotedList(verbs)} requests`;
}

function describeTargets(rule: PolicyRuleInput): string {
  const kind = targetKind(rule);
  if (kind === "any") return "";
  if (kind === "nonResource") return `for the URLs ${quotedList(rule.nonResourceURLs ?? [])}`;
  const entries = rule.resources ?? [];
  const what = entries.length === 0 ? "for all resources" : `for ${joinSome(entries.map(describeEntry))}`;
  const namespaces = rule.namespaces ?? [];
  if (namespaces.length === 0) return what;
  const isClusterWide = namespaces.every((namespace) => namespace === "");
  return isClusterWide ? `${what} outside namespaces` : `${what} in the namespaces ${quotedList(namespaces)}`;
}

function describeEntry({ group, resources, resourceNames }: GroupResourcesInput): string {
  const where = group === "*" ? "all groups" : groupName(group ?? "");
  const names = resourceNames ?? [];
  const named = names.length === 0 ? "" : ` named ${quotedList(names)}`;
  if (resources === undefined || resources === null || resources.length === 0) return `everything in ${where}`;
  return `${quotedList(resources)} of ${where}${named}`;
}

function describeActors({ users, userGroups }: PolicyRuleInput): string {
  const parts: string[] = [];
  if ((users ?? []).length > 0) parts.push(`by ${quotedList(users ?? [])}`);
  if ((userGroups ?? []).length > 0) parts.push(`by members of ${quotedList(userGroups ?? [])}`);
  return parts.join(" ");
}

function joinSome(parts: readonly string[]): string {
  return parts.length <= 3 ? parts.join(", ") : `${parts.slice(0, 3).join(", ")} and ${parts.length - 3} more entries`;
}

/** `rule 3`, or `rules 1, 2 and 3`: rules are counted from 1 in sentences. */
export function ruleNumbers(indexes: readonly number[]): string {
  const numbers = indexes.map((index) => String(index + 1));
  const last = numbers.at(-1) ?? "";
  return numbers.length <= 1 ? `rule ${last}` : `rules ${numbers.slice(0, -1).join(", ")} and ${last}`;
}

/** `rule 3 (level None)`. */
export function ruleWithLevel(index: number, rule: PolicyRuleInput | undefined): string {
  return `rule ${index + 1} (level ${quoted(rule?.level ?? "").slice(1, -1)})`;
}
