import type { EvidenceClassName } from "@kaudit/policy";
import type { BlindSpot } from "@kaudit/schema";

/** What a {@link BlindSpot} means for whoever reads the evidence. */
export interface BlindSpotMeaning {
  /** One or two sentences. */
  readonly sentence: string;
  /** The classes of evidence that it makes incomplete, or whose outcome or content it hides. */
  readonly limits: readonly EvidenceClassName[];
  /**
   * Whether these classes lack requests altogether, so that their populations cannot be relied on (gate G3): always, or
   * unless requests that read are among the events. Missing: rows are there, and say less.
   */
  readonly lacksRequests?: "always" | "unless-reads-are-seen";
}

/** Classes to which reading requests belong, or requests of every verb. */
const seenByReads: readonly EvidenceClassName[] = [
  "secrets",
  "sessions",
  "authentication",
  "authorization",
  "impersonation",
];

/** Classes whose events tell in their bodies what was changed. */
const toldByBodies: readonly EvidenceClassName[] = ["rbac", "certificates", "configuration", "workloads"];

const whole: readonly EvidenceClassName[] = [...seenByReads, ...toldByBodies, "credentials", "deletions"];

/** Each blind spot of a source in plain words, in the order in which they are told. */
export const blindSpotMeanings: Readonly<Record<BlindSpot, BlindSpotMeaning>> = {
  "no-reads": {
    sentence:
      "Requests that read (get, list) are left out of this log, whatever the audit policy says: who read a Secret cannot be seen, nor a shell that was opened over WebSocket.",
    limits: seenByReads,
    lacksRequests: "always",
  },
  "reads-off-by-default": {
    sentence:
      "Requests that read (get, list, watch) are in this log only where somebody turned their recording on. None seen does not mean none made.",
    limits: seenByReads,
    lacksRequests: "unless-reads-are-seen",
  },
  "filtered-by-platform": {
    sentence:
      "The platform leaves out or shortens events by a filter of its own, which the audit policy does not show.",
    limits: whole,
  },
  "large-events-cut": {
    sentence:
      "Events over a certain size were cut or lost their bodies on the way: what such a request changed may not be there.",
    limits: toldByBodies,
  },
  "changes-only": {
    sentence:
      "Only requests that pass admission are in this log: no reads, no refused requests, no failed logins, and not when a session ended.",
    limits: seenByReads,
    lacksRequests: "always",
  },
  "outcome-unknown": {
    sentence: "Whether a request succeeded is not in this log: each row is an attempt.",
    limits: whole,
  },
  "success-code-unknown": {
    sentence:
      "That a request succeeded is told, its code is not: whether an object was created or changed, or a session really opened, has to be taken from elsewhere.",
    limits: ["sessions"],
  },
  "bodies-shortened": {
    sentence:
      "Parts of the request and response bodies were removed on the way: what a request changed may not be there.",
    limits: toldByBodies,
  },
};

/** The blind spots by name, in the order in which they are told. */
export const blindSpotNames = Object.keys(blindSpotMeanings) as readonly BlindSpot[];
