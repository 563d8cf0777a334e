import { actorKinds } from "@kaudit/policy";
import { Level } from "@kaudit/schema";
import { z } from "zod";
import { blindSpotNames } from "./blind-spots.js";
import { FrameworkInBundle } from "./frameworks/framework-in-bundle.js";
import type { ControlInBundle } from "./frameworks/framework-in-bundle.js";
import { RowDetails } from "./frameworks/row-details.js";
import {
  ApprovalInBundle,
  DecisionsInBundle,
  ScopeInBundle,
  SignOffInBundle,
} from "./decisions/decisions-in-bundle.js";
import { ExceptionInBundle, ExceptionsSummary } from "./exceptions/exception-in-bundle.js";
import { CollectionInBundle } from "./gates/collection-manifest.js";
import { ActorKind, Outcome, registerNames } from "./register-row.js";
import { SampleInBundle } from "./sample/sample-in-bundle.js";

export { ControlStatus } from "./frameworks/framework-in-bundle.js";

const timestamp = z.string();
const count = z.number().int().nonnegative();
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** The cluster whose input it is; present where several were read. */
const cluster = z.string().optional();

const InputFile = z.strictObject({
  file: z.string(),
  cluster,
  bytes: count,
  sha256,
  compression: z.string(),
  decompressedBytes: count,
  /** Present where the file is an archive: its records are counted at its members. */
  container: z.string().optional(),
  /** Present where the file is a member of the archive of this name; its bytes are within those of the archive. */
  archive: z.string().optional(),
  records: count,
  events: count,
  rejected: count,
  foreign: count,
  eventsByStage: z.record(z.string(), count),
  rejectedByReason: z.record(z.string(), count),
  /** Of the events: those whose bytes were not all UTF-8; kept, with U+FFFD in those places. Absent where not counted. */
  invalidUtf8Events: count.optional(),
  /** NUL bytes between records (holes that copytruncate or a crash left). Absent where not counted. */
  nulBytes: count.optional(),
  firstTimestamp: timestamp.nullable(),
  lastTimestamp: timestamp.nullable(),
  instance: z.string(),
  instanceBasis: z.string(),
});

const Totals = z.strictObject({
  files: count,
  bytes: count,
  decompressedBytes: count,
  /** records = events + rejected + foreign */
  records: count,
  events: count,
  rejected: count,
  foreign: count,
  /** events = unique + duplicates */
  unique: count,
  duplicates: count,
  /** Events that share their key with another of other content; all are kept. */
  conflicts: count,
  /** unique = insidePeriod + outsidePeriod */
  insidePeriod: count,
  outsidePeriod: count,
  eventsByStage: z.record(z.string(), count),
  rejectedByReason: z.record(z.string(), count),
});

const CoverageGap = z.strictObject({
  from: timestamp,
  to: timestamp,
  seconds: z.number().nonnegative(),
  cause: z.enum(["silent", "restart", "rotation", "before-first", "after-last", "heartbeats-missing"]),
  /** The reason and ticket that the configuration gives; null: nobody explained it. */
  explained: z.string().nullable(),
});

/** When an API server recorded something, and when it did not. */
const InstanceCoverage = z.strictObject({
  cluster: z.string(),
  instance: z.string(),
  instanceBasis: z.string(),
  firstTimestamp: timestamp.nullable(),
  lastTimestamp: timestamp.nullable(),
  /** Unique events inside the period. */
  events: count,
  /** Hours of the period with at least one event, ascending: start of the hour and number of events. */
  hours: z.array(z.tuple([timestamp, count])),
  periodSeconds: z.number().nonnegative(),
  /** The period without its gaps. */
  coveredSeconds: z.number().nonnegative(),
  /** Silence longer than this is a gap. */
  thresholdSeconds: z.number().nonnegative(),
  /** By time; the longest hundred. */
  gaps: z.array(CoverageGap),
  gapsTotal: count,
  gapsUnexplained: count,
  /** False when not every event's time could be kept in memory; nothing is concluded then. */
  complete: z.boolean(),
  /** Starts of the API server after it had recorded something; the first hundred. */
  restarts: z.array(timestamp),
  /** Requests whose end, or whose beginning, should have been recorded and was not: lost events. */
  orphanedRequests: count,
  unbegunRequests: count,
  /** Events that stand in their file long after others of their time. */
  lateEvents: count,
  /** Times at which the clock was set back, and events recorded before their request was received. */
  clockRegressions: count,
  /**
   * From the events' own times to the times at which their envelopes say that they were logged or received, in seconds. Absent
   * where no envelope tells one.
   */
  receiveTime: z
    .strictObject({
      events: count,
      /** To within 5 percent. */
      medianSeconds: z.number(),
      leastSeconds: z.number(),
      mostSeconds: z.number(),
      /** Events with less than so many seconds and not less than the bucket before; the last has no bound. */
      histogram: z.array(z.tuple([z.number().nullable(), count])),
      /** Events dated more than 5 minutes after they were received, and more than an hour before. */
      datedAhead: count,
      receivedLate: count,
      /** Of these: dated outside of the period, and received inside it. */
      farAndOutside: count,
    })
    .optional(),
  /** Events that this API server's files hold more than once. */
  duplicates: count,
  /** Each day (UTC) of the period: seconds covered, and events. */
  days: z.array(z.tuple([z.string(), z.number().nonnegative(), count])),
});

const Canary = z.strictObject({
  cluster: z.string(),
  class: z.string(),
  /** The register in which it is found. */
  register: z.string(),
  expectedEverySeconds: count,
  seen: count,
  /** Times longer than one and a half turns without it; the first thousand. */
  missed: z.array(z.tuple([timestamp, timestamp])),
  last: timestamp.nullable(),
});

const GateResult = z.enum(["holds", "fails", "not-evaluated"]);

/** What can be noticed about the evidence itself, in the order in which it is told. */
export const findingCodes = [
  "conflicting-events",
  "contradicted-across-instances",
  "version-regressions",
  "confusable-actors",
  "secret-values-in-log",
  "truncated-events",
  "cut-events",
  "other-writers",
  "mixed-clusters",
  "undated-events",
  "lost-events",
  "clock-set-back",
  "late-events",
  "dated-after-receipt",
  "received-late",
  "repeated-across-instances",
  "repeated-across-clusters",
  "capped",
] as const;

const Gate = z.strictObject({
  id: z.enum(["G1", "G2", "G3", "G4", "G5", "G6", "G7"]),
  name: z.string(),
  /** Fails when it does for any register; else not evaluated when it is so for any. */
  result: GateResult,
  sentence: z.string(),
  registers: z.array(
    z.strictObject({
      register: z.enum(registerNames),
      cluster: z.string(),
      result: GateResult,
      reasons: z.array(z.string()),
    }),
  ),
});

const ActorTotal = z.strictObject({
  actor: z.string(),
  actorKind: ActorKind,
  /** Rows by outcome. */
  success: count,
  denied: count,
  failed: count,
  unknown: count,
});

/** What a register's rows add up to. Lists are capped; `capped` says at how many entries, null when they are whole. */
export const RegisterSummary = z.strictObject({
  byOutcome: z.record(Outcome, count),
  byActorKind: z.record(ActorKind, count),
  dryRuns: count,
  /** Distinct actors by number of rows, most first; then by name. */
  actors: z.array(ActorTotal),
  /** Rows by actor and namespace; namespace "" = cluster-scoped or all namespaces. */
  namespaces: z.array(
    z.strictObject({
      actor: z.string(),
      actorKind: ActorKind,
      namespace: z.string(),
      success: count,
      other: count,
    }),
  ),
  /** Rows over time: the start of the hour or day (see `bucket`), the kind of actor, successful rows, other rows. */
  bucket: z.enum(["hour", "day"]),
  overTime: z.array(z.tuple([timestamp, ActorKind, count, count])),
  /** Rows by the register's own word: access, change, kind, deniedBy, … */
  byKind: z.record(z.string(), count),
  /**
   * The register's own counts. `bulk`, `clusterWide` and `raisesPrivilege` count all rows, refused ones included;
   * `bulkSucceeded`, `clusterWideSucceeded` and `raisedPrivilege` those that took effect.
   */
  own: z.record(z.string(), count),
  capped: count.nullable(),
});
export type RegisterSummary = z.infer<typeof RegisterSummary>;

const RegisterEntry = z.strictObject({
  name: z.enum(registerNames),
  /** `registers/<name>.csv` */
  file: z.string(),
  rows: count,
  /** SHA-256 of the register's CSV text: the population hash. */
  sha256,
  /** In how many rows each required detail is there. */
  details: RowDetails,
  summary: RegisterSummary,
});
export type RegisterEntry = z.infer<typeof RegisterEntry>;

export type Control = ControlInBundle;
export type Framework = FrameworkInBundle;

const HandedInPolicy = z.strictObject({
  /** Null: every cluster that has none of its own. */
  cluster: z.string().nullable(),
  /** When it was in force, within the period. */
  from: timestamp,
  to: timestamp,
  file: z.string(),
  sha256,
  /** For each register and each kind of actor of `@kaudit/policy`: are the requests recorded with their outcome? */
  capabilities: z.array(
    z.strictObject({
      register: z.enum(registerNames),
      actor: z.enum(actorKinds),
      recordable: z.enum(["yes", "partly", "no"]),
      /** A request that leaves no record or none that tells the outcome, the level it gets, and by which rule (from 0). */
      missed: z.strictObject({ request: z.string(), level: Level, ruleIndex: count.nullable() }).nullable(),
    }),
  ),
  /**
   * The events of the period held against the policy: how many were compared, and how many were recorded at a level or a
   * stage that it does not give. One that differs shows that another policy was in force.
   */
  replay: z.strictObject({ compared: count, differing: count, places: z.array(z.string()) }),
});

/**
 * The evidence of one period as one document; the registers' rows stand beside it as files.
 *
 * It holds nothing about the run itself (when, where, by whom): the same inputs and options give the same bytes. Its
 * SHA-256 is the evidence id.
 */
export const EvidenceBundle = z.strictObject({
  schemaVersion: z.literal("kaudit.evidence/1"),
  tool: z.strictObject({ name: z.literal("kaudit"), version: z.string() }),
  ruleSets: z.array(z.strictObject({ id: z.string(), version: z.string() })),
  /** Half-open: from ≤ requestReceivedTimestamp < to. Sessions count by overlap. */
  period: z.strictObject({ from: timestamp, to: timestamp, label: z.string() }),
  cluster: z.strictObject({ name: z.string(), basis: z.string() }),
  /** The clusters whose events were read, by name, each with its share; more than one only where several were read. */
  clusters: z.array(
    z.strictObject({
      name: z.string(),
      basis: z.string(),
      apiServers: count,
      /** Unique events inside the period. */
      events: count,
      rows: z.record(z.string(), count),
      /** What was read of it, as in `totals`; present where several clusters' inputs were told apart. */
      totals: Totals.omit({ eventsByStage: true, rejectedByReason: true }).optional(),
    }),
  ),
  inputs: z.array(InputFile),
  skipped: z.array(
    z.strictObject({ file: z.string(), cluster, bytes: count, sha256: sha256.optional(), reason: z.string() }),
  ),
  totals: Totals,
  /** The first rejected records; `totals.rejected` counts all. */
  rejected: z.array(
    z.strictObject({
      file: z.string(),
      cluster,
      byteOffset: count,
      byteLength: count,
      reason: z.string(),
      detail: z.string(),
      excerpt: z.string(),
    }),
  ),
  /** The files that were read held against the hashes that their collector wrote down; absent where none were given. */
  collection: CollectionInBundle.optional(),
  coverage: z.array(InstanceCoverage),
  /** How the events of the period came by, and what that way cannot show. */
  source: z.strictObject({
    /** Events by the program whose account they are. */
    origins: z.record(z.string(), count),
    /** Events of which some field was derived, not recorded. */
    reconstructed: count,
    /** Events that came by a way with this blind spot, and how many of them are requests that read. */
    blindSpots: z.array(z.strictObject({ blindSpot: z.enum(blindSpotNames), events: count, reads: count })),
  }),
  /** The audit policies that were handed in, by the time they were in force, and what they can record. */
  policies: z.array(HandedInPolicy),
  /** Of the planted actions, how often each class was found; null where none is configured. */
  canaries: z.array(Canary).nullable(),
  /** What the evidence can be relied on for, by register and cluster; the status of controls rests on it. */
  gates: z.array(Gate),
  /** On how many of the period's days (UTC) the recording of each register's requests was verified. */
  verifiedDays: z.array(z.strictObject({ register: z.enum(registerNames), verified: count, days: count })),
  registers: z.array(RegisterEntry),
  /** What was noticed about the evidence itself: a code, a sentence, and where. */
  findings: z.array(
    z.strictObject({
      code: z.enum(findingCodes),
      /** Where several clusters were read: the one that it was noticed in. Missing: none of them alone. */
      cluster: z.string().optional(),
      message: z.string(),
      count,
      /** First places or names, capped. */
      places: z.array(z.string()),
    }),
  ),
  exceptions: z.array(ExceptionInBundle),
  exceptionsSummary: ExceptionsSummary,
  scope: ScopeInBundle,
  approvals: z.array(ApprovalInBundle),
  decisions: DecisionsInBundle,
  signOff: SignOffInBundle,
  sample: SampleInBundle,
  frameworks: z.array(FrameworkInBundle),
});
export type EvidenceBundle = z.infer<typeof EvidenceBundle>;
