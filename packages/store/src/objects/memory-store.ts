import type { ObjectStore } from "@kaudit/schema";
import { checkedKey } from "./object-key.js";

/** Gives an ObjectStore that lives in memory, for tests and trials. */
export function createMemoryStore(): ObjectStore {
  const objects = new Map<string, Uint8Array>();
  return {
    async putIfAbsent(key, content) {
      if (objects.has(checkedKey(key))) return false;
      objects.set(key, Uint8Array.from(content));
      return true;
    },
    async get(key) {
      return objects.get(checkedKey(key)) ?? null;
    },
    async *list(prefix) {
      const keys = [...objects.keys()].filter((key) => key.startsWith(prefix));
      for (const key of keys.toSorted((a, b) => (a < b ? -1 : 1))) {
        const content = objects.get(key);
        if (content !== undefined) yield { key, bytes: content.length };
      }
    },
    async delete(key) {
      return objects.delete(checkedKey(key));
    },
  };
}
