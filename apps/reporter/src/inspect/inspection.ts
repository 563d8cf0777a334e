import type { BlindSpot, FileAccount, SkippedFile, SourceAccount } from "@kaudit/schema";
import type { TopCounts } from "./bounded-counter.js";
import type { EvidenceSupport } from "./evidence-support.js";
import type { LargeEvent } from "./largest-events.js";
import type { RejectionSummary } from "./rejection-summary.js";
import type { ServerLog } from "./server-log.js";

/** What is in audit logs: the answer of `kaudit inspect`, and its JSON output. Times are RFC 3339 UTC. */
export interface Inspection {
  /** Grows when a field changes its meaning or goes away; new fields do not change it. */
  readonly schemaVersion: 1;
  readonly totals: SourceAccount["totals"];
  readonly files: readonly FileAccount[];
  readonly skipped: readonly SkippedFile[];
  /** Files with the same bytes: their events are in the counts more than once. */
  readonly sameContent: readonly (readonly string[])[];
  readonly time: InspectedTime;
  /** Shapes around events: `json-lines`, `event-list`, …; several, one around the other, as `cri > fluent-bit`. */
  readonly shapes: TopCounts;
  /** Whose account of a request the events are: `kube-apiserver`, `eks`, … */
  readonly origins: TopCounts;
  /** Clusters that envelopes name, by events. */
  readonly clusters: TopCounts;
  /** By cluster and name. */
  readonly servers: readonly ServerLog[];
  /** Events of API servers beyond the thousandth. */
  readonly eventsOfOtherServers: number;
  /** Versions of `audit.k8s.io` other than v1 that events had. */
  readonly upgradedFrom: TopCounts;
  readonly levels: TopCounts;
  readonly stages: TopCounts;
  /** Response codes; `none` where no answer was recorded. */
  readonly codes: TopCounts;
  /** Authenticated users; the empty name stands for requests that failed authentication. */
  readonly users: TopCounts;
  readonly verbs: TopCounts;
  /** `pods/exec`, `deployments.apps`; `(URL)` and the path for requests for no resource. */
  readonly resources: TopCounts;
  /** Of requests for resources; the empty name stands for cluster-scoped objects and for all namespaces. */
  readonly namespaces: TopCounts;
  readonly largest: readonly LargeEvent[];
  /** Events that were cut on their way: only the fields that were there are in them. */
  readonly truncatedEvents: number;
  /** Events of which fields were derived, not recorded, and which fields. */
  readonly reconstructed: { readonly events: number; readonly fields: TopCounts };
  readonly rejected: readonly RejectionSummary[];
  /** Records of another kind; `other` where it has no name. */
  readonly foreign: TopCounts;
  readonly blindSpots: readonly InspectedBlindSpot[];
  /** The name of the policy's file; null without one. */
  readonly policy: string | null;
  readonly evidence: readonly EvidenceSupport[];
}

/** When the requests were received and recorded. Null where no event has the time. */
export interface InspectedTime {
  readonly firstReceived: string | null;
  readonly lastReceived: string | null;
  readonly firstRecorded: string | null;
  readonly lastRecorded: string | null;
  /** From the first to the last recorded event. */
  readonly recordedSeconds: number | null;
  /** Null when less than a minute was recorded. Bytes are those after decompression. */
  readonly anHour: { readonly events: number; readonly bytes: number } | null;
}

/** What the way some events came by cannot show. */
export interface InspectedBlindSpot {
  readonly name: BlindSpot;
  readonly events: number;
  readonly meaning: string;
}
