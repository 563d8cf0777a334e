import { targetKind } from "../evaluate/evaluate-policy.js";
import { parseResourcePattern } from "../evaluate/resource-pattern.js";
import type { GroupResourcesInput, PolicyRuleInput } from "../policy.js";
import { allPaths, covers, parsePathPattern } from "./path-set.js";
import type { ActorSet, ResourceSet, SimpleBox } from "./request-box.js";
import { allStrings, areEqual, conditionSet, isSubset, stringSet, union } from "./string-set.js";

/** The requests that a rule matches, as a union of boxes; none for a rule that no request can match. */
export function ruleBoxes(rule: PolicyRuleInput): readonly SimpleBox[] {
  const verbs = conditionSet(rule.verbs);
  const targets = ruleTargets(rule);
  return ruleActors(rule).flatMap((actor) => targets.map((target) => ({ actor, verbs, target })));
}

/** A condition on groups holds for a member of any of them: one box a group, without the groups before it. */
function ruleActors({ users, userGroups }: PolicyRuleInput): readonly ActorSet[] {
  const names = conditionSet(users);
  const groups = [...new Set(userGroups)];
  if (groups.length === 0) {
    const user: ActorSet = { kind: "user", names, groups: new Map() };
    return names === allStrings ? [user, { kind: "absent" }] : [user];
  }
  return groups.map((group, index) => ({
    kind: "user",
    names,
    groups: new Map([...groups.slice(0, index).map((earlier) => [earlier, false] as const), [group, true]]),
  }));
}

function ruleTargets(rule: PolicyRuleInput): readonly SimpleBox["target"][] {
  const kind = targetKind(rule);
  const paths: SimpleBox["target"][] = kind === "any" ? [pathTarget(allPaths.include)] : [];
  if (kind === "nonResource") {
    const patterns = (rule.nonResourceURLs ?? []).map(parsePathPattern);
    const widest = patterns.filter(
      (pattern, index) =>
        !patterns.some((other, at) => covers(other, pattern) && (at < index || !covers(pattern, other))),
    );
    return widest.map(pathTarget);
  }
  const namespaces = conditionSet(rule.namespaces);
  const all: ResourceSet = {
    kind: "resource",
    apiGroups: allStrings,
    resources: allStrings,
    subresources: allStrings,
    namespaces,
    names: allStrings,
  };
  const entries = rule.resources ?? [];
  if (entries.length === 0) return [all, ...paths];
  return [...mergeTargets(entries.flatMap((entry) => entryTargets(entry, all))), ...paths];
}

function pathTarget(include: { readonly text: string; readonly isPrefix: boolean }): SimpleBox["target"] {
  return { kind: "path", paths: { include, exclude: [] } };
}

function entryTargets(entry: GroupResourcesInput, all: ResourceSet): readonly ResourceSet[] {
  const group = entry.group ?? "";
  const apiGroups = group === "*" ? allStrings : stringSet([group]);
  const patterns = entry.resources ?? [];
  if (patterns.length === 0) return [{ ...all, apiGroups }];
  const names = conditionSet(entry.resourceNames);
  return patterns.flatMap(parseResourcePattern).map((pattern) => {
    const resources = "resource" in pattern ? stringSet([pattern.resource]) : allStrings;
    const subresources = "subresource" in pattern ? stringSet([pattern.subresource]) : allStrings;
    return { ...all, apiGroups, names, resources, subresources };
  });
}

/** Joins boxes that differ in one part only, and drops those inside another. Fewer boxes mean less work later. */
function mergeTargets(targets: readonly ResourceSet[]): readonly ResourceSet[] {
  let merged: readonly ResourceSet[] = targets;
  for (const part of ["resources", "subresources", "apiGroups"] as const) {
    const joined: ResourceSet[] = [];
    for (const target of merged) {
      const at = joined.findIndex((other) => differsOnlyIn(part, target, other));
      if (at === -1) joined.push(target);
      else joined[at] = { ...target, [part]: union(target[part], joined[at]![part]) };
    }
    merged = joined;
  }
  return merged.filter(
    (target, index) =>
      !merged.some((other, at) => at !== index && contains(other, target) && (at < index || !contains(target, other))),
  );
}

const parts = ["apiGroups", "resources", "subresources", "names"] as const;

function differsOnlyIn(part: (typeof parts)[number], one: ResourceSet, other: ResourceSet): boolean {
  return parts.every((each) => each === part || areEqual(one[each], other[each]));
}

function contains(outer: ResourceSet, inner: ResourceSet): boolean {
  return parts.every((part) => isSubset(inner[part], outer[part]));
}
