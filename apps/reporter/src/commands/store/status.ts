import { visibleString } from "@kaudit/schema";
import { type LedgerEntry, readLedger, storePlace, storeStatus, type StoreStatus } from "@kaudit/store";
import type { CommandContext } from "../../command-context.js";
import { type ExitCode, exitCodes } from "../../exit-codes.js";
import { inertJson } from "../../query/inert-json.js";
import { formatBytes, formatCount, formatQuantity } from "../../terminal/numbers.js";
import { chooseOne } from "../policy/policy-source.js";

/** The options of `kaudit store status`. */
export interface StatusOptions {
  readonly ledger?: boolean;
  readonly output: string;
}

const labelColumns = 12;

function line(label: string, text: string): string {
  return `${label.padEnd(labelColumns)}${text}\n`;
}

function statusText(status: StoreStatus): string {
  const { totals, keep, redact } = status;
  const kept = keep === "all" ? "all events" : "events of evidence classes; all others are counted";
  let text = line("store", status.origin);
  text += line("made", `${status.created.slice(0, 19)}Z, keeps ${kept}${redact ? ", redacted" : ""}`);
  text += line("commits", `${formatCount(status.commits)}, the last at ${status.lastCommit.slice(0, 19)}Z`);
  text += line(
    "holds",
    `${formatQuantity(status.events, "event")} in ${formatQuantity(status.objects, "object")}, ${formatBytes(status.bytes)}`,
  );
  const taken = [
    `${formatCount(totals.events)} stored`,
    `${formatCount(totals.duplicates)} known already`,
    `${formatCount(totals.conflicts)} in conflict`,
    `${formatCount(totals.counted)} counted`,
    `${formatCount(totals.rejected)} rejected`,
  ];
  text += line("taken in", taken.join(", "));
  for (const { cluster, firstDay, lastDay, days, events, bytes } of status.clusters) {
    const range = firstDay === "" ? "without a day" : firstDay === lastDay ? firstDay : `${firstDay} to ${lastDay}`;
    const name = cluster === "-" ? "(no name)" : cluster;
    text += line(
      "cluster",
      `${name}: ${range}, ${formatQuantity(days, "day")}, ${formatQuantity(events, "event")}, ${formatBytes(bytes)}`,
    );
  }
  for (const { time, before, events } of status.purges)
    text += line("purged", `${formatQuantity(events, "event")} of days before ${before}, on ${time.slice(0, 10)}`);
  for (const { name, reason, from, to, cluster } of status.holds) {
    const range = from === null && to === null ? "all days" : `${from ?? "…"} to ${to ?? "…"}`;
    const of = cluster === null ? "" : ` of ${visibleString(cluster)}`;
    text += line("hold", `${visibleString(name)}: ${range}${of} (${visibleString(reason)})`);
  }
  return text + line("signed", status.checkpoint ?? "no checkpoint that a commit names");
}

function ledgerText(entries: readonly LedgerEntry[]): string {
  if (entries.length === 0) return line("read by", "nobody so far");
  return entries
    .map(({ time, command, user, host, result }) =>
      line("read by", visibleString(`${user} on ${host}, ${time.slice(0, 19)}Z: ${command} ${JSON.stringify(result)}`)),
    )
    .join("");
}

/** Runs `kaudit store status`. Gives 0; throws coded errors. */
export async function status(address: string, options: StatusOptions, context: CommandContext): Promise<ExitCode> {
  const form = chooseOne("--output", options.output, ["text", "json"]);
  const place = storePlace(address);
  const found = await storeStatus(place);
  const ledger: LedgerEntry[] = [];
  if (options.ledger === true) for await (const entry of readLedger(place.objects)) ledger.push(entry);
  ledger.sort((a, b) => (a.time < b.time ? -1 : 1));
  const text =
    form === "json"
      ? `${inertJson({ ...found, ...(options.ledger === true ? { ledger } : {}) }, 2)}\n`
      : statusText(found) + (options.ledger === true ? ledgerText(ledger) : "");
  await context.output.write(text);
  await context.output.flush();
  return exitCodes.done;
}
