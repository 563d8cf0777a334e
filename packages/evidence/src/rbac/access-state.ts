import type { AccessContent, PolicyRule, RoleReference } from "./content.js";
import { createHolders } from "./holders.js";
import type { Holders } from "./holders.js";

/** What is known of one object: its content, or that there is none. */
export type KnownContent = AccessContent | null;

/** The roles and bindings as the log has shown them so far, in bounded memory. */
export interface AccessState {
  /** Undefined where the log has not shown the object. */
  get(resource: string, namespace: string, name: string): KnownContent | undefined;
  /** Remembers an object by the JSON of its canonical content; null: there is none, undefined: not known. */
  set(resource: string, namespace: string, name: string, text: string | null | undefined): void;
  /** Forgets all objects of a kind in a namespace ("" = all): some of them are gone. */
  forget(resource: string, namespace: string): void;
  rulesOf(role: RoleReference, namespace: string): readonly PolicyRule[] | undefined;
  /** The first binding that the log has shown to give the role to the actor, by name, else through a group. */
  readonly heldThrough: Holders["heldThrough"];
  /** The roles into which a ClusterRole's rules are collected by its labels, where the log has shown it. */
  aggregatesTo(clusterRole: string): readonly string[];
  /** How many objects could not be remembered. */
  readonly notKept: number;
}

function keyOf(resource: string, namespace: string, name: string): string {
  return JSON.stringify([resource, namespace, name]);
}

const bindings = ["rolebindings", "clusterrolebindings"];

/** Makes an empty state that remembers at most `most` objects and `mostCharacters` of their content. */
export function createAccessState(most = 50_000, mostCharacters = 32_000_000): AccessState {
  const known = new Map<string, string>();
  const holders = createHolders();
  let characters = 0;
  let notKept = 0;

  function drop(key: string): void {
    const text = known.get(key);
    if (text === undefined) return;
    characters -= text.length + ofBinding(key, text, "remove");
    known.delete(key);
  }

  /** Keeps the index of holders as the binding under a key; gives the characters that it takes. */
  function ofBinding(key: string, text: string, change: "add" | "remove"): number {
    if (text === "null") return 0;
    const [resource, namespace, name] = JSON.parse(key) as [string, string, string];
    if (!bindings.includes(resource)) return 0;
    return holders[change](resource, namespace, name, JSON.parse(text) as AccessContent);
  }

  function get(resource: string, namespace: string, name: string): KnownContent | undefined {
    const text = known.get(keyOf(resource, namespace, name));
    return text === undefined ? undefined : (JSON.parse(text) as KnownContent);
  }

  return {
    get,
    set(resource, namespace, name, content) {
      if (name === "") return;
      const key = keyOf(resource, namespace, name);
      drop(key);
      if (content === undefined) return;
      const text = content ?? "null";
      if (known.size >= most || characters + text.length > mostCharacters) {
        notKept++;
        return;
      }
      known.set(key, text);
      characters += text.length + ofBinding(key, text, "add");
    },
    forget(resource, namespace) {
      for (const key of known.keys()) {
        const [kind, space] = JSON.parse(key) as [string, string];
        if (kind === resource && (namespace === "" || space === namespace)) drop(key);
      }
    },
    rulesOf(role, namespace) {
      if (role.name === undefined) return undefined;
      const content =
        role.kind === "ClusterRole" ? get("clusterroles", "", role.name) : get("roles", namespace, role.name);
      if (content === undefined || content === null) return undefined;
      const rules = content.rules ?? [];
      // A controller fills in the rules of a role that collects others'; until the log shows that, they are not known.
      return rules.length === 0 && content.aggregationRule !== undefined ? undefined : rules;
    },
    heldThrough: holders.heldThrough,
    aggregatesTo: (clusterRole) => get("clusterroles", "", clusterRole)?.aggregatesTo ?? [],
    get notKept() {
      return notKept;
    },
  };
}
