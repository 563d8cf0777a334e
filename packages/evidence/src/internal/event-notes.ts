/** Notes on an event, as bits of `PartialRow.notes`. */
export const noteBits = { secretValues: 1, truncated: 2 } as const;
