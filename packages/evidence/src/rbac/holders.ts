import type { AccessContent, RoleReference } from "./content.js";
import { userNameOf } from "./added-subjects.js";

/** Who acted: the user and the one it acted as, and the groups of both that do not stand for everybody. */
export interface AccessActor {
  readonly names: readonly string[];
  readonly groups: readonly string[];
}

/** A binding through which somebody holds a role. */
export interface HeldThrough {
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
  /** The group that is bound; empty where the user is. */
  readonly group: string;
}

/** Which bindings give which role to whom, kept beside the state of the bindings themselves. */
export interface Holders {
  /** Takes a binding's content in; gives the characters that it takes. */
  add(resource: string, namespace: string, name: string, content: AccessContent): number;
  /** Takes it out again; gives the characters that are free for it. */
  remove(resource: string, namespace: string, name: string, content: AccessContent): number;
  /** The first known binding that gives the role to one of the actor's names, else to one of their groups. */
  heldThrough(role: RoleReference, namespace: string, actor: AccessActor): HeldThrough | null;
}

/** What an entry takes besides its key. */
const entryCharacters = 64;

function* keysOf(namespace: string, { roleRef, subjects }: AccessContent): Generator<string> {
  if (roleRef === undefined || roleRef === null) return;
  for (const subject of subjects ?? []) {
    const isGroup = subject.kind === "Group";
    yield holderKey(roleRef, namespace, isGroup, isGroup ? (subject.name ?? "") : userNameOf(subject, namespace));
  }
}

/** Makes an empty index of holders. */
export function createHolders(): Holders {
  const bindings = new Map<string, Set<string>>();

  return {
    add(resource, namespace, name, content) {
      const binding = JSON.stringify([resource, namespace, name]);
      let characters = 0;
      for (const key of keysOf(namespace, content)) {
        const known = bindings.get(key);
        if (known === undefined) bindings.set(key, new Set([binding]));
        else known.add(binding);
        characters += key.length + entryCharacters;
      }
      return characters;
    },
    remove(resource, namespace, name, content) {
      const binding = JSON.stringify([resource, namespace, name]);
      let characters = 0;
      for (const key of keysOf(namespace, content)) {
        const known = bindings.get(key);
        known?.delete(binding);
        if (known?.size === 0) bindings.delete(key);
        characters += key.length + entryCharacters;
      }
      return characters;
    },
    heldThrough(role, namespace, { names, groups }) {
      const wanted = [
        ...names.map((name) => ({ isGroup: false, name })),
        ...groups.map((name) => ({ isGroup: true, name })),
      ];
      for (const { isGroup, name } of wanted) {
        const [first] = bindings.get(holderKey(role, namespace, isGroup, name)) ?? [];
        if (first === undefined) continue;
        const [resource, space, binding] = JSON.parse(first) as [string, string, string];
        return { resource, namespace: space, name: binding, group: isGroup ? name : "" };
      }
      return null;
    },
  };
}

/** A Role is its namespace's own; a ClusterRole is the same one wherever it is bound. */
function holderKey(role: RoleReference, namespace: string, isGroup: boolean, name: string): string {
  return JSON.stringify([role.kind, role.kind === "Role" ? namespace : "", role.name, isGroup, name]);
}
