import type { EvidenceBundle } from "../bundle.js";
import type { VolumeDrop } from "../coverage/class-volume.js";
import type { RegisterName } from "../register-row.js";
import type { CollectionCheck } from "./collection-manifest.js";

/** What a gate is judged by in one register of a cluster. */
export interface RegisterFacts {
  readonly register: RegisterName;
  /** Requests of which a stage should have been recorded and was not. */
  readonly lostRequests: number;
  /** Days without any request of machines, who make them every day. */
  readonly volumeDrops: readonly VolumeDrop[];
}

/** Damage of the input that leaves the populations incomplete. */
export interface InputDamage {
  /** Rejected records in files that touch the period. */
  readonly rejectedInPeriod: number;
  /** Events of the period that were cut: by a full disk, a crash or a limit on the way. */
  readonly cutEvents: number;
  /** Events without a readable time. */
  readonly undated: number;
}

/** What the gates are judged by in one cluster. */
export interface ClusterFacts {
  readonly name: string;
  /** Damage of this cluster's input alone, where several were read. */
  readonly damage?: InputDamage;
  /** Whether a scope is declared in this cluster; default as for all of them. */
  readonly scopeDeclared?: boolean;
  readonly registers: readonly RegisterFacts[];
  /** The audit policies of this cluster that were handed in, by the time they were in force. */
  readonly policies: EvidenceBundle["policies"];
  /** Its API servers. */
  readonly coverage: EvidenceBundle["coverage"];
  readonly blindSpots: EvidenceBundle["source"]["blindSpots"];
  /** The planted actions; null where none is configured. */
  readonly canaries: EvidenceBundle["canaries"];
}

/** All that the gates are judged by; {@link evaluateGates} asks nothing else. The damage is what no single cluster is known to have. */
export interface GateFacts extends InputDamage {
  readonly period: { readonly from: string; readonly to: string };
  readonly clusters: readonly ClusterFacts[];
  /** Null where no manifest of the collector was supplied. */
  readonly collection: CollectionCheck | null;
  readonly scopeDeclared: boolean;
  /** Null where nothing is known of a review. */
  readonly review: { readonly complete: boolean; readonly sentence: string } | null;
}

/** How a gate stands, and why: for one register of one cluster. */
export interface Judgement {
  readonly result: "holds" | "fails" | "not-evaluated";
  readonly reasons: readonly string[];
}

/** Puts several judgements together: a failure outweighs what was not evaluated, and that what holds. */
export function together(judgements: readonly Judgement[]): Judgement {
  const results = judgements.map(({ result }) => result);
  const result = results.includes("fails") ? "fails" : results.includes("not-evaluated") ? "not-evaluated" : "holds";
  return { result, reasons: [...new Set(judgements.flatMap(({ reasons }) => reasons))] };
}

export const holds: Judgement = { result: "holds", reasons: [] };

export function fails(...reasons: readonly string[]): Judgement {
  return { result: "fails", reasons };
}

export function notEvaluated(...reasons: readonly string[]): Judgement {
  return { result: "not-evaluated", reasons };
}

/** It holds, and something is to be said all the same. */
export function holdsWith(...reasons: readonly string[]): Judgement {
  return { result: "holds", reasons };
}
