import { intersectPaths, subtractPaths } from "./path-set.js";
import { boxesDisjoint, resourceParts } from "./request-box.js";
import type { RequestBox, ResourceSet, SimpleBox } from "./request-box.js";
import { difference, intersection, isEmptySet } from "./string-set.js";
import type { StringSet } from "./string-set.js";

/** The requests that are in both boxes; undefined when there are none. */
export function intersectBoxes(box: RequestBox, other: SimpleBox): RequestBox | undefined {
  return boxesDisjoint(box, other) ? undefined : split(box, other).inside;
}

/** The requests of `box` that are not in `other`, as boxes without common requests. */
export function subtractBox(box: RequestBox, other: SimpleBox): readonly RequestBox[] {
  return boxesDisjoint(box, other) ? [box] : split(box, other).outside;
}

interface Split {
  readonly inside: RequestBox;
  readonly outside: readonly RequestBox[];
}

/** Cuts a box along each side of another one that it overlaps. */
function split(box: RequestBox, other: SimpleBox): Split {
  const outside: RequestBox[] = [];
  let inside = box;

  const cut = (set: StringSet, by: StringSet, change: (part: StringSet) => RequestBox): void => {
    const rest = difference(set, by);
    if (isEmptySet(rest)) return;
    outside.push(change(rest));
    inside = change(intersection(set, by));
  };

  if (box.target.kind === "path" && other.target.kind === "path") {
    const pattern = other.target.paths.include;
    const rest = subtractPaths(box.target.paths, pattern);
    if (rest !== undefined) outside.push({ ...inside, target: { kind: "path", paths: rest } });
    const paths = intersectPaths(box.target.paths, pattern) ?? box.target.paths;
    inside = { ...inside, target: { kind: "path", paths } };
  } else if (box.target.kind === "resource" && other.target.kind === "resource") {
    for (const part of resourceParts) {
      cut(box.target[part], other.target[part], (set) => {
        const target: ResourceSet = { ...(inside.target as ResourceSet), [part]: set };
        return { ...inside, target };
      });
    }
  }
  // What differs in verb or name comes first: it is about ordinary resources, and so are the examples picked from it.
  cut(box.verbs, other.verbs, (verbs) => ({ ...inside, verbs }));
  const byTarget = outside.splice(0);
  if (box.actor.kind === "user" && other.actor.kind === "user") {
    const { groups } = box.actor;
    for (const [group, member] of other.actor.groups) {
      if (groups.has(group)) continue;
      outside.push(withGroup(inside, group, !member));
      inside = withGroup(inside, group, member);
    }
    cut(box.actor.names, other.actor.names, (names) => {
      return inside.actor.kind === "user" ? { ...inside, actor: { ...inside.actor, names } } : inside;
    });
  }
  return { inside, outside: [...byTarget.toReversed(), ...outside] };
}

function withGroup(box: RequestBox, group: string, member: boolean): RequestBox {
  if (box.actor.kind === "absent") return box;
  return { ...box, actor: { ...box.actor, groups: new Map(box.actor.groups).set(group, member) } };
}
