import type { CountedActivity } from "./counted-activity.js";
import type { AuditEvent, ObjectReference } from "./event.js";

/** Which events of a source are wanted. A source may give more; whoever reads decides by `requestReceivedTimestamp`. */
export interface EventSelection {
  /** First instant wanted, RFC 3339 UTC. Default: no bound. */
  readonly from?: string;
  /** First instant no longer wanted, RFC 3339 UTC. Default: no bound. */
  readonly to?: string;
}

/**
 * On what an API-server instance or a cluster name rests: the envelope's own words, where the file lies, or an option
 * (the input argument itself where there is no folder: `-` gives `stdin`).
 */
export type IdentityBasis = "envelope" | "directory" | "option";

/**
 * Which program's account of a request an event is. `kube-apiserver`: its own, whoever carried it here. `eks`, `aks`,
 * `openshift`: kube-apiserver's own, as that platform hands it on. `gke`: put together from a Google Cloud audit log
 * entry. `kube-audit-rest`: put together from an admission review.
 */
export type EventOrigin = "kube-apiserver" | "eks" | "aks" | "gke" | "openshift" | "kube-audit-rest";

/**
 * What the way an event came by cannot show, whatever the audit policy says:
 *
 * - `no-reads`: get, list (and with them sessions over WebSocket) are left out (AKS category kube-audit-admin).
 * - `reads-off-by-default`: get, list and watch are recorded only where somebody turned them on (GKE Data Access logs).
 * - `filtered-by-platform`: the platform's own filter drops or shortens events (OpenShift).
 * - `large-events-cut`: events over a size are cut or lose their bodies (CloudWatch, AKS, syslog).
 * - `changes-only`: only requests that pass admission are seen: no reads, no refusals, no sessions' ends.
 * - `outcome-unknown`: whether the request succeeded is not told.
 * - `success-code-unknown`: that it succeeded is told, the code (200, 201, 101) is not.
 * - `bodies-shortened`: parts of request and response bodies were removed (Elastic removes their metadata).
 */
export type BlindSpot =
  | "no-reads"
  | "reads-off-by-default"
  | "filtered-by-platform"
  | "large-events-cut"
  | "changes-only"
  | "outcome-unknown"
  | "success-code-unknown"
  | "bodies-shortened";

/**
 * The container that wrote a log line, as far as what is around the line names it: the metadata or the tag that a log
 * collector added, or the file that the kubelet named after it. Names are log text.
 */
export interface LogWriter {
  readonly namespace?: string;
  readonly pod?: string;
  readonly container?: string;
}

/** Where an event came from. It stands beside the event, never inside it. */
export interface EventProvenance {
  /**
   * The file, relative to the input argument it was found under, with `/` between parts; `-` for standard input. A file
   * inside an archive has the archive's name before it: `logs.tar.gz!/m1/audit.log`.
   */
  readonly file: string;
  /** Where the event's JSON begins, in bytes of the decompressed file. */
  readonly byteOffset: number;
  /** Which one it is, from 0, where several events lie in the record that begins at `byteOffset`. */
  readonly item?: number;
  /** The shape around the event: `json-lines`, `event-list`, …; several, one around the other, as `cri > fluent-bit`. */
  readonly envelope: string;
  /** Missing: `kube-apiserver`. */
  readonly origin?: EventOrigin;
  /** The cluster, where the envelope names it, or the option does. */
  readonly cluster?: string;
  readonly clusterBasis?: IdentityBasis;
  /** The cluster that the envelope names, where an option said whose input it is and goes before it. */
  readonly envelopeCluster?: string;
  /** Fields of the event that were derived, not recorded: paths as `objectRef.name`. Missing: none. */
  readonly reconstructed?: readonly string[];
  /** Missing: none is known. */
  readonly blindSpots?: readonly BlindSpot[];
  /** The event was cut on its way: only the fields that were there are in it. */
  readonly truncated?: true;
  /**
   * The container whose output the event was read from. Where a log holds the output of many, any of them can print a
   * line that looks like an event. Missing: nothing names one.
   */
  readonly writer?: LogWriter;
  /**
   * When what is around the event says that it was logged, or taken in by a service: UTC with six decimals. It is of another
   * clock than the event's own times. Missing: nothing tells.
   */
  readonly loggedAt?: string;
  /**
   * What the request's URI spells when its path is read leniently (empty and dot segments resolved, percent-encoding
   * undone, capitals lowered), where that is something else than kube-apiserver saw: `//api/v1//namespaces/team-a/secrets`
   * means the Secrets of team-a, and was answered 404. Missing: nothing else.
   */
  readonly impliedObjectRef?: ObjectReference;
  /** The API server that wrote the event. */
  readonly instance: string;
  readonly instanceBasis: IdentityBasis;
  /**
   * SHA-256 (hex) of the event as kube-apiserver would write it on a line of its own, without `kind` and `apiVersion`:
   * equal for the same event from a log file and from a webhook's EventList.
   */
  readonly contentSha256: string;
  /** The version the event had before it was upgraded to `audit.k8s.io/v1`, if that was another. */
  readonly upgradedFrom?: string;
}

/** An event and where it came from. */
export interface SourcedEvent {
  readonly event: AuditEvent;
  readonly provenance: EventProvenance;
  /** The event's JSON, byte for byte as it was read, without the white space around it. Missing: not asked for. */
  readonly raw?: Uint8Array;
}

/** Why a record was rejected. */
export type RejectionReason =
  | "not-json"
  | "not-an-event"
  | "invalid-event"
  | "truncated"
  | "too-long"
  | "invalid-utf8"
  | "too-deep"
  | "decompression-failed";

/** A record that could not be read as an event: where it is and why. Holds no log content beyond field names and enumerated values. */
export interface RejectedRecord {
  readonly file: string;
  /** The cluster whose input it stands in, where several are read. */
  readonly cluster?: string;
  /** Where the record begins, in bytes of the decompressed file. */
  readonly byteOffset: number;
  /** Which one it is, from 0, where several things lie in the record that begins at `byteOffset`. */
  readonly item?: number;
  /** Its length in bytes, line end not counted; that of all its pieces where it was cut into several. */
  readonly byteLength: number;
  readonly reason: RejectionReason;
  /** What was wrong, in one phrase: the field and the expected type, the limit, the parser's position. Never a value. */
  readonly detail: string;
  /** The beginning of the record with every value masked that is not one of Kubernetes' own enumerated words; at most 160 characters. */
  readonly excerpt: string;
}

/** The control totals of one file, made in the same pass that read its events. */
export interface FileAccount {
  readonly file: string;
  /** The cluster whose input it is, where several are read. */
  readonly cluster?: string;
  /** Raw bytes on disk (compressed, where the file is). */
  readonly bytes: number;
  /** SHA-256 (hex) of the raw bytes. */
  readonly sha256: string;
  /** The outermost compression. */
  readonly compression: "none" | "gzip" | "zstd";
  /** Bytes after decompression: of the records, or of the archive. */
  readonly decompressedBytes: number;
  /** The file is an archive: what was read from it stands in the accounts of its members. Missing: it is none. */
  readonly container?: "tar" | "zip";
  /** The file is a member of the archive of this name, and `bytes` and `sha256` are those of the member unpacked from it. */
  readonly archive?: string;
  /** `records = events + rejected + foreign`. */
  readonly records: number;
  readonly events: number;
  readonly rejected: number;
  /** Records that are well-formed but of another kind (another program's log lines). */
  readonly foreign: number;
  readonly eventsByStage: Readonly<Record<string, number>>;
  readonly rejectedByReason: Readonly<Partial<Record<RejectionReason, number>>>;
  /** Of `events`: those whose bytes are not all UTF-8. They are kept, with U+FFFD for what cannot be decoded. Missing: not counted. */
  readonly invalidUtf8Events?: number;
  /** NUL bytes between records (holes that copytruncate or a crash left). They belong to no record. Missing: not counted. */
  readonly nulBytes?: number;
  /** Of `events`: those that were cut on their way. Missing: not counted. */
  readonly truncatedEvents?: number;
  /** Events and rejected records by the shape around them. Missing: not counted. */
  readonly envelopes?: Readonly<Record<string, number>>;
  /** Foreign records by what they are: `klog`, `rancher-api-audit`, … Missing: not counted. */
  readonly foreignByKind?: Readonly<Record<string, number>>;
  /** Events by what the way they came by cannot show. Missing: none is known. */
  readonly blindSpots?: Readonly<Partial<Record<BlindSpot, number>>>;
  /** Smallest and largest `requestReceivedTimestamp`; null when no event has one. */
  readonly firstTimestamp: string | null;
  readonly lastTimestamp: string | null;
  readonly instance: string;
  readonly instanceBasis: IdentityBasis;
}

/** A file that was found but holds no audit records. */
export interface SkippedFile {
  readonly file: string;
  /** The cluster whose input it is, where several are read. */
  readonly cluster?: string;
  readonly bytes: number;
  /** SHA-256 (hex) of the raw bytes, where they were read. */
  readonly sha256?: string;
  readonly reason: string;
}

/** What was read, complete when the last event has been given. */
export interface SourceAccount {
  readonly files: readonly FileAccount[];
  readonly skipped: readonly SkippedFile[];
  /** Sums over `files`, each byte once: `bytes` without members of archives, `decompressedBytes` without the archives. */
  readonly totals: {
    readonly files: number;
    readonly bytes: number;
    readonly decompressedBytes: number;
    readonly records: number;
    readonly events: number;
    readonly rejected: number;
    readonly foreign: number;
  };
  /** The first rejected records (at most 1,000); all of them went to the reader's `onRejected`. */
  readonly rejected: readonly RejectedRecord[];
}

/** Events as they are read, and the account of the reading. */
export interface EventReading extends AsyncIterable<SourcedEvent> {
  /** Settles after the iteration has ended; rejects if the iteration failed. */
  readonly account: Promise<SourceAccount>;
  /** Has `listener` called, while iterating, for what the source has only counted. Missing: the source keeps everything. */
  onCounted?(listener: (counted: CountedActivity) => void): void;
}

/** A place that events can be read from: files, a store, a test's array. */
export interface EventSource {
  read(selection?: EventSelection, options?: { readonly signal?: AbortSignal }): EventReading;
}
