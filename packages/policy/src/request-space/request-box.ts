import { covers, isEmptyPathSet } from "./path-set.js";
import type { PathPattern, PathSet } from "./path-set.js";
import { areDisjoint, isEmptySet, isSubset } from "./string-set.js";
import type { StringSet } from "./string-set.js";

/**
 * A set of requests that is a product: any combination of what its parts allow. A rule of a policy is a union of such
 * boxes (see `ruleBoxes`), and so is what is left of a box when another one is taken away.
 */
export interface RequestBox {
  readonly actor: ActorSet;
  readonly verbs: StringSet;
  readonly target: TargetSet;
}

/** Requests without an authenticated user, or users by name and by groups that they must or must not be in. */
export type ActorSet =
  | { readonly kind: "absent" }
  | { readonly kind: "user"; readonly names: StringSet; readonly groups: ReadonlyMap<string, boolean> };

export type TargetSet = ResourceSet | { readonly kind: "path"; readonly paths: PathSet };

/** Requests for resources. `subresources` holds the empty text for the resource itself. */
export interface ResourceSet {
  readonly kind: "resource";
  readonly apiGroups: StringSet;
  readonly resources: StringSet;
  readonly subresources: StringSet;
  readonly namespaces: StringSet;
  readonly names: StringSet;
}

/** A box whose paths are plain patterns: one that a rule, or a question, is made of. */
export interface SimpleBox extends RequestBox {
  readonly target: ResourceSet | { readonly kind: "path"; readonly paths: PathSet & { readonly exclude: readonly [] } };
}

export const resourceParts = ["apiGroups", "resources", "subresources", "namespaces", "names"] as const;

/** Whether no request is in both. */
export function boxesDisjoint(box: RequestBox, other: SimpleBox): boolean {
  return actorsDisjoint(box.actor, other.actor) || areDisjoint(box.verbs, other.verbs) || targetsDisjoint(box, other);
}

function actorsDisjoint(one: ActorSet, other: ActorSet): boolean {
  if (one.kind === "absent" || other.kind === "absent") return one.kind !== other.kind;
  if (areDisjoint(one.names, other.names)) return true;
  for (const [group, member] of other.groups) {
    const known = one.groups.get(group);
    if (known !== undefined && known !== member) return true;
  }
  return false;
}

function targetsDisjoint({ target: one }: RequestBox, { target: other }: SimpleBox): boolean {
  if (one.kind === "path" || other.kind === "path") {
    if (one.kind !== "path" || other.kind !== "path") return true;
    return pathsDisjoint(one.paths, other.paths.include);
  }
  return resourceParts.some((part) => areDisjoint(one[part], other[part]));
}

function pathsDisjoint(set: PathSet, pattern: PathPattern): boolean {
  if (covers(pattern, set.include)) return isEmptyPathSet(set);
  if (!covers(set.include, pattern)) return true;
  return set.exclude.some((excluded) => covers(excluded, pattern));
}

/** Whether every request of `inner` is in `outer`. */
export function boxCovers(outer: SimpleBox, inner: RequestBox): boolean {
  return (
    actorCovers(outer.actor, inner.actor) &&
    isSubset(inner.verbs, outer.verbs) &&
    targetCovers(outer.target, inner.target)
  );
}

function actorCovers(outer: ActorSet, inner: ActorSet): boolean {
  if (outer.kind === "absent" || inner.kind === "absent") return outer.kind === inner.kind;
  if (!isSubset(inner.names, outer.names)) return false;
  for (const [group, member] of outer.groups) if (inner.groups.get(group) !== member) return false;
  return true;
}

function targetCovers(outer: SimpleBox["target"], inner: TargetSet): boolean {
  if (outer.kind === "path" || inner.kind === "path") {
    return outer.kind === "path" && inner.kind === "path" && covers(outer.paths.include, inner.paths.include);
  }
  return resourceParts.every((part) => isSubset(inner[part], outer[part]));
}

/** Whether no request is in the box. */
export function isEmptyBox({ actor, verbs, target }: RequestBox): boolean {
  if (isEmptySet(verbs) || (actor.kind === "user" && isEmptySet(actor.names))) return true;
  if (target.kind === "path") return isEmptyPathSet(target.paths);
  return resourceParts.some((part) => isEmptySet(target[part]));
}
