import type { AuditEvent, Spool, SpooledRows } from "@kaudit/schema";
import { compareByCodePoint } from "@kaudit/schema";
import { clientFacts, credentialIdOf } from "./client-facts.js";
import { orderedKey } from "./ordered-key.js";
import { rowText } from "./row-text.js";

/** Where and by whom a credential was seen in use. */
export interface CredentialUse {
  /** The key of the cluster: what an event or an option calls it. */
  readonly cluster: string;
  readonly credentialId: string;
  /** Comparable instants. */
  first: string;
  last: string;
  users: readonly string[];
  addresses: readonly string[];
  pods: readonly string[];
}

/** More users, addresses or pods than this of one credential are only told to be more. */
const mostListed = 8;
const more = "…";

/** Notes which credentials are used, in bounded memory: beyond `mostHeld` of them what is known is put aside and begun anew. */
export interface CredentialUses {
  /** Notes an event; gives a promise only when something had to be put aside. */
  add(event: AuditEvent, time: string, cluster: string): Promise<void> | void;
  /** Ends the noting and gives what was put aside: several entries of one credential stand next to each other. */
  finish(): Promise<SpooledRows<CredentialUse>>;
}

/** Makes an empty note book on a spool. */
export function createCredentialUses(spool: Spool, mostHeld = 20_000): CredentialUses {
  const rows = spool.open<CredentialUse>("evidence-credential-uses", useKey);
  let held = new Map<string, CredentialUse>();

  async function putAside(): Promise<void> {
    const full = held;
    held = new Map();
    for (const use of full.values()) {
      const appending = rows.append(use);
      if (appending !== undefined) await appending;
    }
  }

  return {
    add(event, time, cluster) {
      const credentialId = credentialIdOf(event);
      if (credentialId === "" || time === "") return;
      const key = orderedKey([cluster, credentialId]);
      const seen = {
        cluster,
        credentialId,
        first: time,
        last: time,
        users: some(rowText(event.user.username ?? "", 1024)),
        addresses: some(rowText(event.sourceIPs?.at(-1) ?? "", 256)),
        pods: some(clientFacts(event).pod),
      };
      const known = held.get(key);
      if (known !== undefined) return merge(known, seen);
      held.set(key, seen);
      if (held.size >= mostHeld) return putAside();
    },
    async finish() {
      await putAside();
      return rows;
    },
  };
}

/** The order in which uses are put aside: by cluster and credential. */
function useKey(use: CredentialUse): string {
  return orderedKey([use.cluster, use.credentialId, use.first, use.last]);
}

function some(value: string): readonly string[] {
  return value === "" ? [] : [value];
}

/** Adds what is known of the same credential from elsewhere; whatever the order, the result is the same. */
export function merge(use: CredentialUse, other: CredentialUse): void {
  if (other.first < use.first) use.first = other.first;
  if (other.last > use.last) use.last = other.last;
  use.users = united(use.users, other.users);
  use.addresses = united(use.addresses, other.addresses);
  use.pods = united(use.pods, other.pods);
}

/** The first few of both by name; a last `…` says that there are more. */
function united(one: readonly string[], other: readonly string[]): readonly string[] {
  if (other.every((value) => one.includes(value))) return one;
  const isCut = one.at(-1) === more || other.at(-1) === more;
  const all = [...new Set([...one, ...other])].filter((value) => value !== more).toSorted(compareByCodePoint);
  return all.length > mostListed || isCut ? [...all.slice(0, mostListed), more] : all;
}
