import { addedSubjects, userNameOf } from "./added-subjects.js";
import type { AccessContent, PolicyRule, RoleReference } from "./content.js";
import type { AccessChange } from "./grants.js";
import type { AccessActor, HeldThrough } from "./holders.js";
import { allowsMore } from "./rule-coverage.js";
import { named } from "./words.js";

/** Whether a change gives something to whoever made it, and by what, where that is not in the change itself. */
export interface SelfGrant {
  readonly verdict: "true" | "false" | "unknown";
  /** `its maker holds it by RoleBinding y in namespace a`; empty for a binding and where no binding is known. */
  readonly through: string;
}

/** Which of the roles that every cluster has collect one another's rules, by their own labels. */
const builtInCollectors: Readonly<Record<string, readonly string[]>> = { view: ["edit"], edit: ["admin"] };

/** Roles that collect a changed one's rules, at most: labels are a client's text. */
const mostCollectors = 100;

/**
 * Tells whether a change gives something to whoever made it, by name or through one of their groups.
 *
 * A binding does when it adds them. A role does when it allows more than before and a binding that the log has shown gives
 * it to them, or gives them a ClusterRole that collects its rules. Bindings from before the log are not known, so that a role
 * that allows more is `unknown` where none is; `false` is what allows nothing new.
 */
export function selfGrant(change: AccessChange, actor: AccessActor): SelfGrant {
  if (change.after === null) return plain("false");
  const { resource, after } = change;
  if (resource === "rolebindings" || resource === "clusterrolebindings") {
    if (after === undefined) return plain("unknown");
    return plain(bindsMaker(change, after, actor) ? "true" : "false");
  }
  if (resource !== "roles" && resource !== "clusterroles") return plain("false");
  if (after === undefined) return plain("unknown");
  const widened = widenedRoles(change, after);
  if (widened.length === 0) return plain("false");
  // A role of which the earlier rules are not known may have allowed as much before.
  if (change.before === undefined) return plain("unknown");
  for (const role of widened) {
    const held = change.heldThrough(role, change.namespace, actor);
    if (held !== null) return { verdict: "true", through: throughWords(role, change, held) };
  }
  return plain("unknown");
}

function plain(verdict: SelfGrant["verdict"]): SelfGrant {
  return { verdict, through: "" };
}

function bindsMaker(change: AccessChange, after: AccessContent, actor: AccessActor): boolean {
  return addedSubjects(change.before, after, change.namespace).some((subject) =>
    subject.kind === "Group"
      ? actor.groups.includes(subject.name ?? "")
      : actor.names.includes(userNameOf(subject, change.namespace)),
  );
}

/** The roles that allow more by the change: the changed one, and those that collect its rules. */
function widenedRoles(change: AccessChange, after: AccessContent): RoleReference[] {
  const rules: readonly PolicyRule[] = after.rules ?? [];
  const more = allowsMore(change.before?.rules ?? [], rules);
  if (change.resource === "roles") return more ? [{ kind: "Role", name: change.name }] : [];
  const names = new Set<string>();
  if (more || collectsMore(change.before, after)) names.add(change.name);
  const had = change.before?.aggregatesTo ?? [];
  for (const into of after.aggregatesTo ?? []) if (more || (rules.length > 0 && !had.includes(into))) names.add(into);
  // A set gives also what is added to it while it is gone through: a collector may itself be collected.
  for (const name of names) {
    if (name === change.name) continue;
    const own = Object.hasOwn(builtInCollectors, name) ? builtInCollectors[name] : undefined;
    for (const into of [...(own ?? []), ...change.aggregatesTo(name)]) if (names.size < mostCollectors) names.add(into);
  }
  return [...names].map((name) => ({ kind: "ClusterRole", name }));
}

/** Whether a ClusterRole selects others by what it did not select by before. */
function collectsMore(before: AccessContent | null | undefined, after: AccessContent): boolean {
  const selectors = selectorsOf(after);
  const had = new Set(selectorsOf(before));
  return selectors.some((selector) => !had.has(selector));
}

function selectorsOf(content: AccessContent | null | undefined): string[] {
  const rule = content?.aggregationRule as { readonly clusterRoleSelectors?: unknown } | null | undefined;
  const selectors = rule?.clusterRoleSelectors;
  return Array.isArray(selectors) ? selectors.map((selector) => JSON.stringify(selector)) : [];
}

function throughWords(role: RoleReference, change: AccessChange, held: HeldThrough): string {
  const isCollector = role.name !== change.name;
  const what = isCollector ? `ClusterRole ${named(role.name ?? "")}, which collects these rules,` : "it";
  const binding =
    held.resource === "rolebindings"
      ? `RoleBinding ${named(held.name)} in namespace ${named(held.namespace)}`
      : `ClusterRoleBinding ${named(held.name)}`;
  const group = held.group === "" ? "" : `, as a member of group ${named(held.group)}`;
  return `its maker holds ${what} by ${binding}${group}`;
}
