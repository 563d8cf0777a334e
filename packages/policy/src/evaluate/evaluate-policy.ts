import type { RequestAttributes } from "@kaudit/schema";

import type { GroupResourcesInput, PolicyInput, PolicyRuleInput } from "../policy.js";
import { decisionOf } from "./policy-decision.js";
import type { PolicyDecision } from "./policy-decision.js";

/**
 * Gives what `policy` decides about a request: that of the first rule that matches, as in kube-apiserver. Never throws.
 *
 * `user: null` means that the request was not authenticated: no condition on users or groups matches it, whatever
 * `groups` holds. For many requests against one policy use `compilePolicy`, which is several times as fast.
 */
export function evaluatePolicy(policy: PolicyInput, attributes: RequestAttributes): PolicyDecision {
  const rules = policy.rules ?? [];
  const index = rules.findIndex((rule) => ruleMatches(rule, attributes));
  return index === -1 ? decisionOf(policy, undefined, null) : decisionOf(policy, rules[index], index);
}

/** Whether all conditions of `rule` hold for the request. Rules before it are not considered. */
export function ruleMatches(rule: PolicyRuleInput, attributes: RequestAttributes): boolean {
  return conditions.every((condition) => condition.holds(rule, attributes));
}

/** A condition of a rule, in the order in which kube-apiserver checks them. */
export interface RuleCondition {
  readonly name: "users" | "userGroups" | "verbs" | "kind" | "namespaces" | "resources" | "nonResourceURLs";
  readonly holds: (rule: PolicyRuleInput, attributes: RequestAttributes) => boolean;
}

export const conditions: readonly RuleCondition[] = [
  {
    name: "users",
    holds: ({ users }, { user }) => isEmpty(users) || (user !== null && users.includes(user)),
  },
  {
    name: "userGroups",
    holds: ({ userGroups }, { user, groups }) =>
      isEmpty(userGroups) || (user !== null && groups.some((group) => userGroups.includes(group))),
  },
  {
    name: "verbs",
    holds: ({ verbs }, { verb }) => isEmpty(verbs) || verbs.includes(verb),
  },
  {
    name: "kind",
    holds: (rule, { isResourceRequest }) => {
      const kind = targetKind(rule);
      return kind === "any" || (kind === "resource") === isResourceRequest;
    },
  },
  {
    name: "namespaces",
    holds: ({ namespaces }, { namespace }) => isEmpty(namespaces) || namespaces.includes(namespace),
  },
  {
    name: "resources",
    holds: ({ resources }, attributes) =>
      isEmpty(resources) || resources.some((entry) => resourcesMatch(entry, attributes)),
  },
  {
    name: "nonResourceURLs",
    holds: (rule, { path }) =>
      targetKind(rule) !== "nonResource" || (rule.nonResourceURLs ?? []).some((url) => urlMatches(url, path)),
  },
];

/** Whether a rule is about resources, about other URLs, or about both because it names neither. */
export function targetKind(rule: PolicyRuleInput): "resource" | "nonResource" | "any" {
  if (!isEmpty(rule.namespaces) || !isEmpty(rule.resources)) return "resource";
  return isEmpty(rule.nonResourceURLs) ? "any" : "nonResource";
}

function resourcesMatch(entry: GroupResourcesInput, attributes: RequestAttributes): boolean {
  const group = entry.group ?? "";
  if (group !== attributes.apiGroup && group !== "*") return false;
  if (isEmpty(entry.resources)) return true;
  if (!isEmpty(entry.resourceNames) && !entry.resourceNames.includes(attributes.name)) return false;
  return entry.resources.some((pattern) => patternMatches(pattern, attributes));
}

function patternMatches(pattern: string, { resource, subresource }: RequestAttributes): boolean {
  if (pattern === "*" || pattern === (subresource === "" ? resource : `${resource}/${subresource}`)) return true;
  if (subresource !== "" && pattern.startsWith("*/") && pattern.slice(2) === subresource) return true;
  return pattern.endsWith("/*") && pattern.slice(0, -2) === resource;
}

/** A plain comparison of beginnings: `/healthz*` also matches `/healthzfoo`, and `/api*` matches `/apis`. */
export function urlMatches(url: string, path: string): boolean {
  if (url === "*" || url === path) return true;
  return url.endsWith("*") && path.startsWith(url.replace(/\*+$/, ""));
}

function isEmpty(list: readonly unknown[] | null | undefined): list is null | undefined | readonly [] {
  return list === undefined || list === null || list.length === 0;
}
