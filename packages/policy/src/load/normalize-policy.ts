import type { GroupResources, Policy, PolicyRule } from "../policy.js";

/** The decoded fields as a `Policy`: what is empty is left out, as Go leaves it out when it writes one. */
export function normalizePolicy(decoded: Readonly<Record<string, unknown>>): Policy {
  const { metadata, rules, omitStages, omitManagedFields } = decoded;
  return dropEmpty({
    kind: "Policy",
    apiVersion: "audit.k8s.io/v1",
    metadata: dropEmpty((metadata ?? {}) as Record<string, unknown>),
    rules: ((rules ?? []) as Record<string, unknown>[]).map(normalizeRule),
    omitStages,
    omitManagedFields: omitManagedFields === true ? true : undefined,
  }) as unknown as Policy;
}

function normalizeRule(rule: Readonly<Record<string, unknown>>): PolicyRule {
  const resources = ((rule["resources"] ?? []) as Record<string, unknown>[]).map(
    (entry) => dropEmpty(entry) as GroupResources,
  );
  return { level: "", ...dropEmpty({ ...rule, resources }) } as unknown as PolicyRule;
}

/** Without fields that are undefined, an empty text, an empty list or an empty map; `rules` always stays. */
function dropEmpty(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([key, value]) => key === "rules" || !isEmpty(value)));
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === "") return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}
