import { hash } from "node:crypto";
import type { EventProvenance } from "@kaudit/schema";

/** Where rows of one cluster and day lie. */
export interface Partition {
  readonly cluster: string;
  /** `2026-11-22`, or `unknown` where the event has no time that can be read. */
  readonly day: string;
}

const plain = /^[A-Za-z0-9._-]$/;
const longest = 120;

/** The prefix of a partition's keys. */
export function partitionPrefix({ cluster, day }: Partition): string {
  return `segments/cluster=${clusterInKey(cluster)}/day=${day}/`;
}

/** The partition that a key belongs to, with the cluster as the key spells it; null for another key. */
export function partitionOfKey(key: string): { readonly cluster: string; readonly day: string } | null {
  const [, cluster, day] = /^segments\/cluster=([^/]*)\/day=([^/]*)\/[0-9a-f]{64}\.jsonl\.gz$/.exec(key) ?? [];
  return cluster === undefined || day === undefined ? null : { cluster, day };
}

/** The day of an instant as events have it. */
export function dayOf(timestamp: string | null | undefined): string {
  const [day] = /^\d{4}-\d\d-\d\d(?=T)/.exec(timestamp ?? "") ?? [];
  return day ?? "unknown";
}

/** The cluster of an event: what its provenance says, else the name that the run was given. */
export function clusterOf(provenance: EventProvenance, named: string): string {
  return provenance.cluster ?? named;
}

/** A cluster's name as part of a key: what is not plain is spelled in hexadecimal, and a long name ends in its hash. */
export function clusterInKey(cluster: string): string {
  if (cluster === "") return "-";
  const spelled = [...cluster].map((character) => (plain.test(character) ? character : percent(character))).join("");
  const whole = cluster === "-" ? "%2D" : spelled;
  if (whole.length <= longest) return whole;
  return `${whole.slice(0, longest - 40).replace(/%.?$/, "")}~${hash("sha256", cluster, "hex").slice(0, 32)}`;
}

function percent(character: string): string {
  return [...Buffer.from(character)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`).join("");
}
