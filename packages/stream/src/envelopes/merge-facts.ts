import type { EnvelopeFacts } from "./envelope.js";

/** Puts together what two envelopes, one around the other, say: the inner one wins, what neither can show is united. */
export function mergeFacts(outer: EnvelopeFacts, inner: EnvelopeFacts | undefined): EnvelopeFacts {
  if (inner === undefined || inner === noFacts) return outer;
  if (outer === noFacts) return inner;
  const blindSpots = [...new Set([...(outer.blindSpots ?? []), ...(inner.blindSpots ?? [])])];
  const merged: EnvelopeFacts = { ...outer, ...inner };
  return blindSpots.length === 0 ? merged : { ...merged, blindSpots };
}

/** What nobody says anything about. */
export const noFacts: EnvelopeFacts = {};
