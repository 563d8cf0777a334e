import type { ByCluster } from "./by-cluster.js";
import { mostPlaces } from "./findings.js";
import type { NotedPlaces } from "./findings.js";
import { orderOfStage } from "./partial-row.js";
import type { PartialRow } from "./partial-row.js";

/** One request: its stages, folded. */
export interface FoldedRequest {
  /** `requestReceivedTimestamp`: RFC 3339 UTC with nine fraction digits, so that times compare as texts. */
  readonly time: string;
  /** SHA-256 (hex) of the request's key: API server, auditID, time, verb, URI and user. */
  readonly request: string;
  /** 0, or which of several contradicting tellings of the request this is. */
  readonly variant: number;
  /** Each recorded stage once, in the order RequestReceived, ResponseStarted, ResponseComplete or Panic. */
  readonly stages: readonly PartialRow[];
  /** The stage that tells how the request ended: the last one recorded. */
  readonly deciding: PartialRow;
  /** The classes of evidence that its stages belong to, as bits; 0 for none. Register extractors read them. */
  readonly bits: number;
  /** Of this attempt: more than one where a client tried the same again in another way. */
  readonly auditIDs: readonly string[];
}

/** What folding came across. */
export interface FoldCounts {
  /** Requests of which a stage is told in more than one way, and where the first of them stand, by cluster. */
  readonly conflicts: ByCluster<NotedPlaces>;
  /** Events left out because one request had too many. */
  notKept: number;
  /** Called for each event that is kept, once. */
  readonly onEvent?: (row: PartialRow) => void;
  /** Called for each event that was there already. */
  readonly onRepeated?: () => void;
}

/** More stages than this of one key are an attack on memory, not a request. */
const mostPartials = 5000;

/** Folds partial rows, sorted by their key, into requests. */
export async function* foldedRequests(
  rows: AsyncIterable<PartialRow>,
  counts: FoldCounts,
): AsyncGenerator<FoldedRequest> {
  let group: PartialRow[] = [];
  for await (const row of rows) {
    const first = group[0];
    if (first !== undefined && (first.request !== row.request || first.time !== row.time)) {
      yield* folded(group, counts);
      group = [];
    }
    if (isRepeated(group, row)) {
      counts.onRepeated?.();
      continue;
    }
    if (group.length === mostPartials) {
      counts.notKept++;
      continue;
    }
    group.push(row);
    counts.onEvent?.(row);
  }
  if (group.length > 0) yield* folded(group, counts);
}

/** The same event again: same stage, same content. They stand next to each other, whichever files they are from. */
function isRepeated(group: readonly PartialRow[], row: PartialRow): boolean {
  const last = group.at(-1);
  return (
    last !== undefined && last.stage === row.stage && last.stageTime === row.stageTime && last.content === row.content
  );
}

function* folded(group: readonly PartialRow[], counts: FoldCounts): Generator<FoldedRequest> {
  const byStage = new Map<string, PartialRow[]>();
  for (const row of group) {
    const tellings = byStage.get(row.stage);
    if (tellings === undefined) byStage.set(row.stage, [row]);
    else if (!isDoubledStart(tellings, row)) tellings.push(row);
  }
  const stages = [...byStage.values()].toSorted((a, b) => stagePlace(a) - stagePlace(b));
  const variants = Math.max(...stages.map((tellings) => tellings.length));
  if (variants > 1) noteConflict(stages, counts);
  for (let variant = 0; variant < variants; variant++) {
    const told = stages.map((tellings) => tellings[Math.min(variant, tellings.length - 1)] as PartialRow);
    yield requestOf(told, variant);
  }
}

function stagePlace(tellings: readonly PartialRow[]): number {
  return orderOfStage(tellings[0]?.stage ?? "");
}

/** kube-apiserver 1.30 could write ResponseStarted twice for a watch, alike but for the time: no contradiction. */
function isDoubledStart(tellings: readonly PartialRow[], row: PartialRow): boolean {
  if (row.stage !== "ResponseStarted") return false;
  return tellings.some((other) => other.stageTime !== row.stageTime && factsOf(other) === factsOf(row));
}

function factsOf(row: PartialRow): string {
  return JSON.stringify({ ...row, stageTime: "", content: "", file: "", offset: 0 });
}

function noteConflict(stages: readonly (readonly PartialRow[])[], counts: FoldCounts): void {
  const own = counts.conflicts.of(stages[0]?.[0]?.clusterKey ?? "");
  own.count++;
  for (const tellings of stages) {
    if (tellings.length === 1) continue;
    for (const row of tellings) {
      if (own.places.length < mostPlaces) own.places.push(placeOf(row));
    }
  }
}

function requestOf(stages: readonly PartialRow[], variant: number): FoldedRequest {
  const deciding = stages.at(-1) as PartialRow;
  let bits = 0;
  for (const stage of stages) bits |= stage.bits;
  return {
    time: deciding.time,
    request: deciding.request,
    variant,
    stages,
    deciding,
    bits,
    auditIDs: [deciding.auditID],
  };
}

/** Gives file and byte offset of an event: `audit.log:1042`. */
export function placeOf(row: Pick<PartialRow, "file" | "offset">): string {
  return `${row.file}:${row.offset}`;
}
