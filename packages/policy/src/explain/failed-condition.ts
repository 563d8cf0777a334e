import type { RequestAttributes } from "@kaudit/schema";

import type { RuleCondition } from "../evaluate/evaluate-policy.js";
import type { GroupResourcesInput, PolicyRuleInput } from "../policy.js";
import { groupName, quoted, quotedList } from "../request-words.js";

/** Says what the rule wants and what the request has, for a condition that does not hold. */
export function describeFailure(
  condition: RuleCondition["name"],
  rule: PolicyRuleInput,
  attributes: RequestAttributes,
): string {
  const { user, groups, verb, namespace, path, isResourceRequest } = attributes;
  const absent = "The request has no authenticated user, and the rule names";
  switch (condition) {
    case "users":
      if (user === null) return `${absent} users.`;
      return `The user is ${quoted(user)}; the rule is for ${quotedList(rule.users ?? [])}.`;
    case "userGroups":
      if (user === null) return `${absent} groups.`;
      if (groups.length === 0) return `The user is in no group; the rule is for ${quotedList(rule.userGroups ?? [])}.`;
      return `The user's groups are ${quotedList(groups)}; the rule is for ${quotedList(rule.userGroups ?? [])}.`;
    case "verbs":
      return `The verb is ${quoted(verb)}; the rule is for ${quotedList(rule.verbs ?? [])}.`;
    case "kind":
      return isResourceRequest
        ? "The request is for a resource; the rule is for URLs outside the resources."
        : "The request is not for a resource; the rule is for resources or namespaces.";
    case "namespaces":
      if (namespace === "") {
        return `The request is for no single namespace; the rule is for ${quotedList(rule.namespaces ?? [])}.`;
      }
      return `The namespace is ${quoted(namespace)}; the rule is for ${quotedList(rule.namespaces ?? [])}.`;
    case "resources":
      return describeResources(rule.resources ?? [], attributes);
    default:
      return `The path is ${quoted(path)}; the rule is for ${quotedList(rule.nonResourceURLs ?? [])}.`;
  }
}

function describeResources(entries: readonly GroupResourcesInput[], attributes: RequestAttributes): string {
  const { apiGroup, resource, subresource, name } = attributes;
  const inGroup = entries.filter(({ group }) => (group ?? "") === apiGroup || group === "*");
  const full = subresource === "" ? resource : `${resource}/${subresource}`;
  if (inGroup.length === 0) {
    const groups = entries.map(({ group }) => groupName(group ?? ""));
    return `${quoted(full)} belongs to ${groupName(apiGroup)}; the rule is for ${groups.slice(0, 5).join(", ")}.`;
  }
  const patterns = inGroup.flatMap((entry) => entry.resources ?? []);
  const selects = (pattern: string): boolean =>
    [full, "*", `${resource}/*`].includes(pattern) || (subresource !== "" && pattern === `*/${subresource}`);
  if (patterns.some(selects)) {
    const names = inGroup
      .filter((entry) => (entry.resources ?? []).some(selects))
      .flatMap((entry) => entry.resourceNames ?? []);
    const shown = name === "" ? "The request's URL has no name" : `The name is ${quoted(name)}`;
    return `${shown}; the rule is for the names ${quotedList(names)}.`;
  }
  if (subresource !== "" && patterns.includes(resource)) {
    return `The request is for the subresource ${quoted(full)}, and the entry ${quoted(resource)} does not include it.`;
  }
  return `The resource is ${quoted(full)} in ${groupName(apiGroup)}; the rule is for ${quotedList(patterns)} there.`;
}
