import type { RequestAttributes } from "@kaudit/schema";

import { builtInResources } from "../kubernetes-api/built-in-resources.js";
import { usualGroups } from "../explain/request-source.js";
import { hasPath } from "./path-set.js";
import type { PathSet } from "./path-set.js";
import type { ActorSet, RequestBox, ResourceSet } from "./request-box.js";
import { has } from "./string-set.js";
import type { StringSet } from "./string-set.js";

/** Gives a request of a box that is not empty: of those that are possible a plausible one, always the same. */
export function pickRequest({ actor, verbs, target }: RequestBox): RequestAttributes {
  const who = pickActor(actor);
  if (target.kind === "path") {
    const path = pickPath(target.paths);
    const verb = pick(verbs, ["get", "post", "put", "patch", "delete", "head", "options"], "verb");
    return { ...who, ...nothing, verb, path, isResourceRequest: false };
  }
  const apiGroup = pick(target.apiGroups, ["", "apps", "batch", "networking.k8s.io", "example.com"], "group");
  const { resource, subresource, isNamespaced } = pickResource(target, apiGroup);
  const preferred = isNamespaced ? ["default", "shop", "kube-system", ""] : ["", "default"];
  const namespace = pick(target.namespaces, preferred, "namespace");
  const verb = pick(verbs, verbsFor(target, subresource), "verb");
  const unnamed = subresource === "" && ["create", "list", "watch", "deletecollection"].includes(verb);
  const name = pick(target.names, unnamed ? ["", "example"] : ["example", "other"], "name");
  const path = pathOf(apiGroup, namespace, [resource, name, subresource]);
  return {
    ...who,
    verb,
    apiGroup,
    apiVersion: "v1",
    resource,
    subresource,
    namespace,
    name,
    path,
    isResourceRequest: true,
  };
}

const nothing = { apiGroup: "", apiVersion: "", resource: "", subresource: "", namespace: "", name: "" };

/** The first preferred value that is in the set, else any value of a finite set, else one made up. */
function pick(set: StringSet, preferred: readonly string[], made: string): string {
  const found = preferred.find((value) => has(set, value));
  if (found !== undefined) return found;
  if (!set.inverted) return [...set.values][0] ?? "";
  for (let number = 1; ; number++) if (has(set, `${made}-${number}`)) return `${made}-${number}`;
}

function pickActor(actor: ActorSet): { readonly user: string | null; readonly groups: readonly string[] } {
  if (actor.kind === "absent") return { user: null, groups: [] };
  const members = [...actor.groups].filter(([, member]) => member).map(([group]) => group);
  const user = pick(actor.names, userNames(members), "user");
  const usual = usualGroups(user).filter((group) => actor.groups.get(group) !== false);
  return { user, groups: [...new Set([...members, ...usual])] };
}

/** Names that go with a membership: service accounts, nodes and the anonymous user have theirs. */
function userNames(members: readonly string[]): readonly string[] {
  const namespace = members.map((group) => /^system:serviceaccounts:(.+)$/.exec(group)?.[1]).find(Boolean);
  if (namespace !== undefined)
    return [`system:serviceaccount:${namespace}:default`, `system:serviceaccount:${namespace}:app`];
  if (members.includes("system:serviceaccounts")) {
    return ["system:serviceaccount:default:default", "system:serviceaccount:shop:app"];
  }
  if (members.includes("system:nodes")) return ["system:node:worker-1", "system:node:worker-2"];
  if (members.includes("system:unauthenticated")) return ["system:anonymous"];
  return ["alice", "bob", "carol"];
}

function pickResource(
  target: ResourceSet,
  apiGroup: string,
): { resource: string; subresource: string; isNamespaced: boolean } {
  const wantsNamespace = !has(target.namespaces, "");
  const known = builtInResources.filter(
    (one) => one.apiGroup === apiGroup && has(target.resources, one.resource) && (one.isNamespaced || !wantsNamespace),
  );
  const preferred = ["pods", "deployments", "jobs"];
  const first = known.find((one) => preferred.includes(one.resource)) ?? known[0];
  for (const one of [...(first === undefined ? [] : [first]), ...known]) {
    const subresource = ["", ...one.subresources].find((text) => has(target.subresources, text));
    if (subresource !== undefined) return { resource: one.resource, subresource, isNamespaced: one.isNamespaced };
  }
  const resource = first?.resource ?? pick(target.resources, ["widgets"], "resource");
  const subresource = pick(target.subresources, ["", "status", "scale"], "subresource");
  return { resource, subresource, isNamespaced: first?.isNamespaced ?? !has(target.namespaces, "") };
}

function verbsFor(target: ResourceSet, subresource: string): readonly string[] {
  const all = ["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"];
  if (subresource !== "" || has(target.names, "")) return all;
  return ["get", "update", "patch", "delete", "list", "watch", "create", "deletecollection"];
}

function pickPath(paths: PathSet): string {
  const { text, isPrefix } = paths.include;
  if (!isPrefix) return text;
  const endings = ["", "/", "healthz", "/healthz", "version", "/version", "metrics", "/metrics", "x", "/x"];
  const found = endings.map((ending) => text + ending).find((path) => path.startsWith("/") && hasPath(paths, path));
  if (found !== undefined) return found;
  for (let number = 1; ; number++) {
    const path = `${text}${text.startsWith("/") ? "" : "/"}path-${number}`;
    if (hasPath(paths, path)) return path;
    if (hasPath(paths, `${text}path-${number}`)) return `${text}path-${number}`;
  }
}

function pathOf(apiGroup: string, namespace: string, parts: readonly string[]): string {
  const prefix = apiGroup === "" ? "/api/v1" : `/apis/${apiGroup}/v1`;
  const within = namespace === "" ? "" : `/namespaces/${namespace}`;
  const kept = parts.filter((part) => part !== "");
  return `${prefix}${within}/${kept.join("/")}`;
}
