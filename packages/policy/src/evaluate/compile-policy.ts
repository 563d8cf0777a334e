import type { RequestAttributes } from "@kaudit/schema";

import type { PolicyInput, PolicyRuleInput } from "../policy.js";
import { ruleMatches, targetKind, urlMatches } from "./evaluate-policy.js";
import { decisionOf } from "./policy-decision.js";
import type { PolicyDecision } from "./policy-decision.js";

/** Decides about one request: see `compilePolicy`. */
export type CompiledPolicy = (attributes: RequestAttributes) => PolicyDecision;

/** Kinds of requests remembered per policy. Clusters have some hundreds; an attacker can make up any number. */
const maxRemembered = 4096;
/** Longer names and paths than these are not remembered. */
const maxLength = 256;

/**
 * Makes a function that gives the same decisions as `evaluatePolicy`, for millions of requests.
 *
 * It remembers, per API group, resource and subresource (or path), which rules can match at all, and so asks only
 * those about user, verb, namespace and name. What it remembers is bounded. Later changes of `policy` have no effect.
 * Decisions are shared objects: do not change them.
 */
export function compilePolicy(policy: PolicyInput): CompiledPolicy {
  const rules = (policy.rules ?? []).map((rule, index) => compileRule(rule, decisionOf(policy, rule, index)));
  const undecided = decisionOf(policy, undefined, null);
  const candidates = new Memory(rules);
  return (attributes) => {
    for (const rule of candidates.for(attributes)) {
      if (rule.matches(attributes)) return rule.decision;
    }
    return undecided;
  };
}

interface CompiledRule {
  readonly rule: PolicyRuleInput;
  readonly decision: PolicyDecision;
  /** Whether all conditions but those that the memory checked hold. */
  readonly matches: (attributes: RequestAttributes) => boolean;
}

function compileRule(rule: PolicyRuleInput, decision: PolicyDecision): CompiledRule {
  const users = setOf(rule.users);
  const groups = setOf(rule.userGroups);
  const verbs = setOf(rule.verbs);
  const namespaces = setOf(rule.namespaces);
  const namesMatter = (rule.resources ?? []).some((entry) => (entry.resourceNames ?? []).length > 0);
  const target = { resources: rule.resources };
  const matches = (attributes: RequestAttributes): boolean => {
    const { user } = attributes;
    if (verbs !== null && !verbs.has(attributes.verb)) return false;
    if (users !== null && (user === null || !users.has(user))) return false;
    if (groups !== null && (user === null || !meets(groups, attributes.groups))) return false;
    if (namespaces !== null && !namespaces.has(attributes.namespace)) return false;
    return !namesMatter || ruleMatches(target, attributes);
  };
  return { rule, decision, matches };
}

/** The rules whose resources or URLs fit, by kind of request. */
class Memory {
  readonly #rules: readonly CompiledRule[];
  readonly #byResource = new Map<string, Map<string, Map<string, readonly CompiledRule[]>>>();
  readonly #byPath = new Map<string, readonly CompiledRule[]>();
  #remembered = 0;

  constructor(rules: readonly CompiledRule[]) {
    this.#rules = rules;
  }

  for(attributes: RequestAttributes): readonly CompiledRule[] {
    return attributes.isResourceRequest ? this.#forResource(attributes) : this.#forPath(attributes);
  }

  #forResource(attributes: RequestAttributes): readonly CompiledRule[] {
    const { apiGroup, resource, subresource } = attributes;
    const known = this.#byResource.get(apiGroup)?.get(resource)?.get(subresource);
    if (known !== undefined) return known;
    const found = this.#rules.filter(({ rule }) => canMatchResource(rule, attributes));
    if (apiGroup.length + resource.length + subresource.length > maxLength) return found;
    this.#makeRoom();
    const inGroup = getOrAdd(this.#byResource, apiGroup, () => new Map());
    getOrAdd(inGroup, resource, () => new Map()).set(subresource, found);
    return found;
  }

  #forPath(attributes: RequestAttributes): readonly CompiledRule[] {
    const { path } = attributes;
    const known = this.#byPath.get(path);
    if (known !== undefined) return known;
    const found = this.#rules.filter(({ rule }) => canMatchPath(rule, path));
    if (path.length > maxLength) return found;
    this.#makeRoom();
    this.#byPath.set(path, found);
    return found;
  }

  #makeRoom(): void {
    this.#remembered++;
    if (this.#remembered <= maxRemembered) return;
    this.#byResource.clear();
    this.#byPath.clear();
    this.#remembered = 1;
  }
}

function getOrAdd<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

/** Whether the rule matches this resource for some user, verb, namespace and name. */
function canMatchResource(rule: PolicyRuleInput, attributes: RequestAttributes): boolean {
  if (targetKind(rule) === "nonResource") return false;
  const resources = (rule.resources ?? []).map(({ group, resources }) => ({ group, resources }));
  return ruleMatches({ resources }, attributes);
}

function canMatchPath(rule: PolicyRuleInput, path: string): boolean {
  const kind = targetKind(rule);
  return (
    kind === "any" || (kind === "nonResource" && (rule.nonResourceURLs ?? []).some((url) => urlMatches(url, path)))
  );
}

function meets(wanted: ReadonlySet<string>, groups: readonly string[]): boolean {
  for (const group of groups) if (wanted.has(group)) return true;
  return false;
}

function setOf(list: readonly string[] | null | undefined): ReadonlySet<string> | null {
  return list === undefined || list === null || list.length === 0 ? null : new Set(list);
}
