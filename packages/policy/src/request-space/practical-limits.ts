import type { PolicyInput } from "../policy.js";
import { allPaths, intersectPaths } from "./path-set.js";
import type { RequestBox, ResourceSet, SimpleBox } from "./request-box.js";
import { allStrings, allStringsBut, stringSet } from "./string-set.js";
import type { StringSet } from "./string-set.js";

const authenticated = "system:authenticated";
const unauthenticated = "system:unauthenticated";
const anonymous = "system:anonymous";
const accounts = "system:serviceaccounts";
const accountPattern = /^system:serviceaccount:([^:]+):[^:]+$/;

/** The verbs that kube-apiserver gives to requests for resources; `proxy` comes from URLs no longer in use. */
export const resourceVerbs = ["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"];
/** HTTP methods in lower case: the verbs of all other requests. */
export const pathVerbs = ["get", "head", "post", "put", "patch", "delete", "options"];

/**
 * Requests that no cluster sees in practice although a policy could tell them apart: authenticated users outside
 * `system:authenticated`, service accounts outside their groups, verbs that no method gives, a name in the URL of a
 * create. To be left out where a statement is about practice, and said so; shadowing proper does without them.
 */
export function practicalLimits(policies: readonly PolicyInput[]): readonly SimpleBox[] {
  const rules = policies.flatMap((policy) => policy.rules ?? []);
  const users = [...new Set(rules.flatMap((rule) => rule.users ?? []))];
  const groups = [...new Set(rules.flatMap((rule) => rule.userGroups ?? []))];
  const namespaceGroups = groups.filter((group) => group.startsWith(`${accounts}:`));
  return [
    ...membershipLimits(namespaceGroups),
    ...users.flatMap((user) => userLimits(user, namespaceGroups)),
    ...verbLimits,
  ];
}

/** The part of a box that practice knows: paths begin with a slash. Undefined when nothing is left. */
export function withinPractice(box: RequestBox): RequestBox | undefined {
  if (box.target.kind === "resource") return box;
  const paths = intersectPaths(box.target.paths, { text: "/", isPrefix: true });
  return paths === undefined ? undefined : { ...box, target: { kind: "path", paths } };
}

function membershipLimits(namespaceGroups: readonly string[]): SimpleBox[] {
  const named = allStringsBut([anonymous]);
  return [
    ...users(named, { [authenticated]: false }),
    ...users(named, { [unauthenticated]: true }),
    ...users(stringSet([anonymous]), { [unauthenticated]: false }),
    ...users(stringSet([anonymous]), { [authenticated]: true }),
    ...users(stringSet([anonymous]), { [accounts]: true }),
    ...users(allStrings, { [accounts]: true, "system:masters": true }),
    ...users(allStrings, { [accounts]: true, "system:nodes": true }),
    ...namespaceGroups.flatMap((group) => users(allStrings, { [accounts]: false, [group]: true })),
    ...namespaceGroups.flatMap((group, index) =>
      namespaceGroups.slice(index + 1).flatMap((other) => users(allStrings, { [group]: true, [other]: true })),
    ),
  ];
}

function userLimits(user: string, namespaceGroups: readonly string[]): SimpleBox[] {
  const names = stringSet([user]);
  const namespace = accountPattern.exec(user)?.[1];
  const own = namespace === undefined ? undefined : `${accounts}:${namespace}`;
  return [
    ...users(names, { [accounts]: namespace === undefined }),
    ...namespaceGroups.flatMap((group) => users(names, { [group]: group !== own })),
    ...(user.startsWith("system:node:") ? users(names, { "system:nodes": false }) : []),
  ];
}

/** Users of these names with these memberships, whatever they ask for. */
function users(names: StringSet, groups: Readonly<Record<string, boolean>>): SimpleBox[] {
  const actor = { kind: "user" as const, names, groups: new Map(Object.entries(groups)) };
  return [
    { actor, verbs: allStrings, target: anyResource },
    { actor, verbs: allStrings, target: { kind: "path", paths: { include: allPaths.include, exclude: [] } } },
  ];
}

const anyResource: ResourceSet = {
  kind: "resource",
  apiGroups: allStrings,
  resources: allStrings,
  subresources: allStrings,
  namespaces: allStrings,
  names: allStrings,
};

const verbLimits: readonly SimpleBox[] = [
  ...everyone(allStringsBut([...resourceVerbs, "proxy"]), anyResource),
  ...everyone(allStringsBut(pathVerbs), { kind: "path", paths: { include: allPaths.include, exclude: [] } }),
  ...everyone(stringSet(["create", "deletecollection"]), {
    ...anyResource,
    subresources: stringSet([""]),
    names: allStringsBut([""]),
  }),
  ...everyone(stringSet(["get", "update", "patch", "delete"]), { ...anyResource, names: stringSet([""]) }),
  ...everyone(allStrings, { ...anyResource, resources: stringSet(["", "*"]) }),
  ...everyone(allStrings, { ...anyResource, subresources: stringSet(["*"]) }),
];

function everyone(verbs: StringSet, target: SimpleBox["target"]): SimpleBox[] {
  return [
    { actor: { kind: "user", names: allStrings, groups: new Map() }, verbs, target },
    { actor: { kind: "absent" }, verbs, target },
  ];
}
