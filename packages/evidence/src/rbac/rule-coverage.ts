import type { PolicyRule } from "./content.js";

/** More single rights than this in one rule are compared as a whole: a rule is a client's text. */
const mostAtoms = 10_000;

/**
 * Tells whether rules allow something that older ones did not, all verbs, resources and names taken together, as the API
 * server compares them before it lets somebody write a role (component-helpers `auth/rbac/validation/policy_comparator.go`).
 */
export function allowsMore(before: readonly PolicyRule[], after: readonly PolicyRule[]): boolean {
  const old = new Set(before.map((rule) => JSON.stringify(rule)));
  const added = after.filter((rule) => !old.has(JSON.stringify(rule)));
  return added.some((rule) => {
    if (atomCount(rule) > mostAtoms) return true;
    for (const atom of atoms(rule)) if (!before.some((had) => covers(had, atom))) return true;
    return false;
  });
}

function listOf(rule: PolicyRule, field: keyof PolicyRule): readonly string[] {
  return rule[field] ?? [];
}

function atomCount(rule: PolicyRule): number {
  const objects = listOf(rule, "apiGroups").length * listOf(rule, "resources").length;
  const names = Math.max(1, listOf(rule, "resourceNames").length);
  return listOf(rule, "verbs").length * (objects * names + listOf(rule, "nonResourceURLs").length);
}

function* atoms(rule: PolicyRule): Generator<PolicyRule> {
  const names = listOf(rule, "resourceNames");
  for (const verb of listOf(rule, "verbs")) {
    for (const url of listOf(rule, "nonResourceURLs")) yield { verbs: [verb], nonResourceURLs: [url] };
    for (const group of listOf(rule, "apiGroups"))
      for (const resource of listOf(rule, "resources"))
        for (const name of names.length === 0 ? [null] : names)
          yield {
            verbs: [verb],
            apiGroups: [group],
            resources: [resource],
            ...(name === null ? {} : { resourceNames: [name] }),
          };
  }
}

function covers(had: PolicyRule, atom: PolicyRule): boolean {
  if (!holds(listOf(had, "verbs"), atom.verbs)) return false;
  const url = atom.nonResourceURLs?.[0];
  if (url !== undefined) return listOf(had, "nonResourceURLs").some((pattern) => coversUrl(pattern, url));
  const names = listOf(had, "resourceNames");
  const name = atom.resourceNames?.[0];
  return (
    holds(listOf(had, "apiGroups"), atom.apiGroups) &&
    coversResource(listOf(had, "resources"), atom.resources?.[0] ?? "") &&
    (names.length === 0 || (name !== undefined && names.includes(name)))
  );
}

function holds(had: readonly string[], one: readonly string[] | undefined): boolean {
  return had.includes("*") || had.includes(one?.[0] ?? "");
}

function coversResource(had: readonly string[], resource: string): boolean {
  if (had.includes("*") || had.includes(resource)) return true;
  const slash = resource.indexOf("/");
  return slash !== -1 && had.includes(`*${resource.slice(slash)}`);
}

function coversUrl(pattern: string, url: string): boolean {
  return pattern === url || (pattern.endsWith("*") && url.startsWith(pattern.slice(0, -1)));
}
