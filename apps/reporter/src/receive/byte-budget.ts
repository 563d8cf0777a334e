/** Bytes that all requests together may hold at one time. */
export interface ByteBudget {
  readonly used: number;
  /** Takes bytes; false leaves the budget as it was: there is no room. */
  take(bytes: number): boolean;
  giveBack(bytes: number): void;
}

/** Makes a budget of so many bytes. */
export function byteBudget(limit: number): ByteBudget {
  let used = 0;
  return {
    get used() {
      return used;
    },
    take(bytes) {
      if (used + bytes > limit) return false;
      used += bytes;
      return true;
    },
    giveBack(bytes) {
      used -= bytes;
    },
  };
}
