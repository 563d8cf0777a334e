import type { EvidenceBundle } from "../bundle.js";
import { counted } from "../internal/findings.js";
import type { GateFacts } from "./gate-facts.js";

/**
 * Tells whether a period was reviewed (gate G7): somebody who is no actor in it signed the review and the approval after
 * its end, and no exception waits for a decision. Null where nobody has signed anything.
 */
export function reviewOf(
  signOff: EvidenceBundle["signOff"],
  exceptions: readonly { readonly state: "open" | "closed" }[],
): GateFacts["review"] {
  const { prepared, reviewed, approved, problems } = signOff;
  if (prepared === null && reviewed === null && approved === null) return null;
  const open = exceptions.filter(({ state }) => state === "open").length;
  const said = problems.map(({ step, problem }) => `${steps[step]} ${problemWords[problem]}`);
  const waiting = open === 0 ? [] : [`${counted(open, "exception")} ${open === 1 ? "waits" : "wait"} for a decision`];
  const short = [...said, ...waiting];
  return short.length === 0
    ? { complete: true, sentence: "The period was reviewed and approved, and every exception has a decision." }
    : { complete: false, sentence: `${short.join("; ")}.` };
}

const steps = { prepared: "The preparation", reviewed: "The review", approved: "The approval" } as const;

const problemWords = {
  missing: "is not signed",
  "before-the-end": "was signed before the period was over",
  "by-an-actor": "was signed by somebody who acted in the period",
} as const;
