import type { CollectResult, CommitCounts } from "@kaudit/store";

/** What is known of a run for its metrics. */
export interface CollectMetrics extends Pick<CollectResult, "commits" | "counts" | "seq" | "totals"> {
  /** When they were written. */
  readonly now: Date;
  /** The newest event that was read, by its time of receipt; empty for none. */
  readonly newest: string;
  readonly losses: number;
  readonly succeeded: boolean;
}

const help: Readonly<Record<keyof CommitCounts, string>> = {
  events: "Events stored",
  duplicates: "Events that the store had already",
  conflicts: "Stored events whose key another event has with other content",
  counted: "Events counted and not kept",
  expired: "Events of purged days, not taken in again",
  redacted: "Stored events of which secret values were taken out",
  rejected: "Records that are no audit events",
  foreign: "Records of other programs",
};

/**
 * Writes a run's metrics in the text format of Prometheus, for the text file collector of node_exporter. No name of a user,
 * file or cluster is in it.
 */
export function metricsText({ commits, counts, seq, totals, now, newest, losses, succeeded }: CollectMetrics): string {
  const lines: string[] = [];
  const add = (name: string, type: "counter" | "gauge", text: string, value: number): void => {
    lines.push(`# HELP kaudit_collect_${name} ${text}.`, `# TYPE kaudit_collect_${name} ${type}`);
    lines.push(`kaudit_collect_${name} ${value}`);
  };
  for (const [name, text] of Object.entries(help) as [keyof CommitCounts, string][]) {
    add(`${name}_total`, "counter", `${text}, since the store was made`, totals[name]);
    add(`run_${name}`, "gauge", `${text}, in this run`, counts[name]);
  }
  add("store_commits_total", "counter", "Commits of the store", seq);
  add("run_commits", "gauge", "Commits of this run", commits);
  add("run_losses", "gauge", "Places where records may have been lost before they could be read, in this run", losses);
  add("success", "gauge", "1 when the run did what it was to do", succeeded ? 1 : 0);
  add("written_timestamp_seconds", "gauge", "When these metrics were written", Math.floor(now.getTime() / 1000));
  const newestMs = Date.parse(newest);
  if (!Number.isNaN(newestMs))
    add(
      "newest_event_timestamp_seconds",
      "gauge",
      "Time of the newest event that was read",
      Math.floor(newestMs / 1000),
    );
  return `${lines.join("\n")}\n`;
}
