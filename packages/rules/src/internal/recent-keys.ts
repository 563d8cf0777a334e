/** Values by key, of which the ones not touched for the longest are forgotten first. */
export interface RecentKeys<Value> {
  get(key: string): Value | undefined;
  /** Sets a value and notes when it was touched. */
  touch(key: string, value: Value, at: number): void;
  delete(key: string): void;
  /** Keys that were forgotten for want of room while they still mattered. */
  readonly forgotten: number;
}

/** Keeps at most `most` keys; one that was not touched for `lifetime` no longer matters. */
export function createRecentKeys<Value>(most: number, lifetime: number): RecentKeys<Value> {
  const entries = new Map<string, { value: Value; at: number }>();
  let forgotten = 0;
  return {
    get: (key) => entries.get(key)?.value,
    touch(key, value, at) {
      entries.delete(key);
      // Each touch clears away up to two that are over, so they never pile up.
      for (let i = 0; i < 2; i++) {
        const oldest = entries.entries().next();
        if (oldest.done === true) break;
        const [oldKey, entry] = oldest.value;
        const isOver = entry.at < at - lifetime;
        if (!isOver && entries.size < most) break;
        if (!isOver) forgotten++;
        entries.delete(oldKey);
      }
      entries.set(key, { value, at });
    },
    delete(key) {
      entries.delete(key);
    },
    get forgotten() {
      return forgotten;
    },
  };
}
