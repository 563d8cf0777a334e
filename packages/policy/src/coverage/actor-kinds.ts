import type { PolicyInput } from "../policy.js";
import type { ActorSet } from "../request-space/request-box.js";
import { allStringsBut, stringSet } from "../request-space/string-set.js";

/** The kinds of actors that a policy may treat differently. */
export const actorKinds = [
  "human",
  "serviceaccount-kube-system",
  "serviceaccount",
  "node",
  "system",
  "anonymous",
  "unauthenticated",
] as const;

/**
 * A kind of actor: people, service accounts in kube-system and elsewhere, kubelets, the control plane's own users,
 * requests as `system:anonymous`, and requests that failed authentication (401).
 */
export type ActorKind = (typeof actorKinds)[number];

export const actorTitles: Readonly<Record<ActorKind, string>> = {
  human: "a person",
  "serviceaccount-kube-system": "a service account in kube-system",
  serviceaccount: "a service account elsewhere",
  node: "a node",
  system: "a control plane component",
  anonymous: "an anonymous client",
  unauthenticated: "a client that failed authentication",
};

const components = ["system:kube-controller-manager", "system:kube-scheduler", "system:apiserver", "system:kube-proxy"];
/** Names without the usual prefix that components had, or have in some distributions. */
const legacyComponents: readonly string[] = [
  "kubelet",
  "cluster-autoscaler",
  "kube-proxy",
  "kube-scheduler",
  "kube-controller-manager",
  "kube-apiserver",
];

/** The actors of a kind, as far as the rules of these policies can tell them apart. */
export function actorsOf(kind: ActorKind, policies: readonly PolicyInput[]): ActorSet {
  const rules = policies.flatMap((policy) => policy.rules ?? []);
  const named = [...new Set(rules.flatMap((rule) => rule.users ?? []))];
  const namespaceGroups = [...new Set(rules.flatMap((rule) => rule.userGroups ?? []))].filter((group) =>
    group.startsWith("system:serviceaccounts:"),
  );
  const outsiders = {
    ...Object.fromEntries(namespaceGroups.map((group) => [group, false])),
    "system:serviceaccounts": false,
  };
  const person = { ...outsiders, "system:authenticated": true, "system:unauthenticated": false, "system:nodes": false };
  const account = {
    "system:serviceaccounts": true,
    "system:authenticated": true,
    "system:unauthenticated": false,
    "system:nodes": false,
    "system:masters": false,
  };
  const others = (belongs: (name: string) => boolean): ReturnType<typeof allStringsBut> =>
    allStringsBut([...named, ...components, "system:anonymous"].filter((name) => !belongs(name)));

  switch (kind) {
    case "human":
      return actor(
        others((name) => !name.startsWith("system:") && !legacyComponents.includes(name)),
        person,
      );
    case "serviceaccount-kube-system": {
      const elsewhere = namespaceGroups.filter((group) => group !== "system:serviceaccounts:kube-system");
      const groups = { ...account, ...Object.fromEntries(elsewhere.map((group) => [group, false])) };
      return actor(
        others((name) => name.startsWith("system:serviceaccount:kube-system:")),
        { ...groups, "system:serviceaccounts:kube-system": true },
      );
    }
    case "serviceaccount": {
      return actor(others(isElsewhere), { ...account, "system:serviceaccounts:kube-system": false });
    }
    case "node":
      return actor(
        others((name) => name.startsWith("system:node:")),
        { ...person, "system:nodes": true },
      );
    case "system": {
      const own = named.filter(
        (name) => /^system:(?!serviceaccount:|node:|anonymous$)/.test(name) || legacyComponents.includes(name),
      );
      return actor(stringSet([...components, ...own]), person);
    }
    case "anonymous":
      return actor(stringSet(["system:anonymous"]), {
        ...person,
        "system:authenticated": false,
        "system:unauthenticated": true,
      });
    default:
      return { kind: "absent" };
  }
}

function isElsewhere(name: string): boolean {
  return /^system:serviceaccount:(?!kube-system:)[^:]+:[^:]+$/.test(name);
}

function actor(names: ReturnType<typeof allStringsBut>, groups: Readonly<Record<string, boolean>>): ActorSet {
  return { kind: "user", names, groups: new Map(Object.entries(groups)) };
}
