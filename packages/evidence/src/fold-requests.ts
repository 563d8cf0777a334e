import type { EventProvenance, SourcedEvent, Spool } from "@kaudit/schema";
import { compileIdentity } from "./identity.js";
import type { IdentityConfiguration } from "./identity.js";
import { apiServerIdentity, apiServerName } from "./internal/api-server-name.js";
import { createByCluster } from "./internal/by-cluster.js";
import { classify } from "./internal/evidence-class.js";
import type { NotedPlaces } from "./internal/findings.js";
import { foldedRequests } from "./internal/fold.js";
import type { FoldCounts, FoldedRequest } from "./internal/fold.js";
import { eventInstant } from "./internal/instant.js";
import { partialKey, reducedEvent, requestKey } from "./internal/partial-row.js";
import type { PartialRow } from "./internal/partial-row.js";
import { attempts } from "./internal/repeated-attempts.js";

/** What folding is told; everything it needs from outside comes in here. */
export interface FoldOptions {
  /** Where the stages of requests wait for each other. One spool serves one folding. */
  readonly spool: Spool;
  /** The cluster of events that name none, as in the options of `buildEvidence`; default none. */
  readonly cluster?: string;
  /** How the organisation's own names are read; default the built-in rules alone. */
  readonly identity?: IdentityConfiguration;
}

/**
 * What became of the events that were folded; complete when the last request was given. Every event is counted:
 * `events` = `folded` + `duplicates` + `undated` + `beyondLimit`.
 */
export interface FoldTotals {
  /** Events that were read. */
  readonly events: number;
  /** Events that are a stage of one of the requests. */
  readonly folded: number;
  /** Events that were there already, with the same stage and content, wherever they were read. */
  readonly duplicates: number;
  /** Events without a readable `requestReceivedTimestamp`: nobody can say which request they are of. */
  readonly undated: number;
  /** Events that were left out because 5,000 different ones of the same request had been read. */
  readonly beyondLimit: number;
  /** Requests that were given. */
  readonly requests: number;
  /** Requests of which a stage is told in more than one way: each telling is given, with its number in `variant`. */
  readonly contradicted: number;
}

/** Requests, folded from their stages, in the order of time. They can be gone through once. */
export interface FoldedRequests extends AsyncIterable<FoldedRequest> {
  readonly totals: FoldTotals;
}

/** What is counted while folding, before it is added up. */
interface Counts extends FoldCounts {
  events: number;
  folded: number;
  duplicates: number;
  undated: number;
  requests: number;
}

/**
 * Folds audit events into requests: the stages of each are joined, whatever their order, the files they are in and the time between
 * them. Throws nothing itself; what the events or the spool throw passes through.
 *
 * One request is API server, auditID, `requestReceivedTimestamp`, verb, URI and user: an `Audit-ID` is chosen by the client and never
 * enough. The last recorded stage decides how it ended; an equal event counts once; what contradicts another is kept beside it; the
 * refused `get` and `create` of one `kubectl exec` are one attempt with both auditIDs. No body, token or unmasked argument is kept.
 *
 * All events are read before the first request is given, and wait on the spool: memory holds the stages of one request (at most 5,000
 * events), however many events there are. Requests come by `requestReceivedTimestamp`, and in the same order on every run.
 *
 * @example
 * const requests = foldRequests(readEvents("audit.log"), { spool: createMemorySpool() });
 * for await (const { deciding, stages } of requests) console.log(deciding.verb, deciding.outcome, stages.length);
 */
export function foldRequests(events: AsyncIterable<SourcedEvent>, options: FoldOptions): FoldedRequests {
  const conflicts = createByCluster((): NotedPlaces => ({ count: 0, places: [] }));
  const counts: Counts = {
    events: 0,
    folded: 0,
    duplicates: 0,
    undated: 0,
    requests: 0,
    notKept: 0,
    conflicts,
    onEvent: () => {
      counts.folded++;
    },
    onRepeated: () => {
      counts.duplicates++;
    },
  };
  const requests = folded(events, options, counts);
  return {
    [Symbol.asyncIterator]: () => requests,
    get totals() {
      const { notKept, folded: kept, duplicates, undated, requests: given } = counts;
      const contradicted = conflicts.all().reduce((sum, { count }) => sum + count, 0);
      return {
        events: counts.events,
        folded: kept,
        duplicates,
        undated,
        beyondLimit: notKept,
        requests: given,
        contradicted,
      };
    },
  };
}

async function* folded(
  events: AsyncIterable<SourcedEvent>,
  options: FoldOptions,
  counts: Counts,
): AsyncGenerator<FoldedRequest> {
  const identity = compileIdentity(options.identity);
  const stages = options.spool.open<PartialRow>("fold-requests", partialKey);
  for await (const { event, provenance } of events) {
    counts.events++;
    const received = eventInstant(event.requestReceivedTimestamp) ?? "";
    if (received === "") {
      counts.undated++;
      continue;
    }
    const found = classify(event);
    const server = serverOf(provenance, options.cluster ?? "");
    const key = requestKey(event, received);
    const appending = stages.append(
      reducedEvent(event, provenance, server, received, key, found, found.bits, 0, identity),
    );
    if (appending !== undefined) await appending;
  }
  for await (const request of attempts(foldedRequests(stages.sorted(), counts))) {
    counts.requests++;
    yield request;
  }
}

function serverOf(provenance: EventProvenance, mainCluster: string): Parameters<typeof reducedEvent>[2] {
  return {
    instance: apiServerName(provenance),
    identity: apiServerIdentity(provenance, mainCluster),
    clusterKey: provenance.cluster ?? "",
  };
}
