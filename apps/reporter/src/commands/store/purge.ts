import { visibleString } from "@kaudit/schema";
import { purge, type PurgeResult } from "@kaudit/store";
import type { CommandContext } from "../../command-context.js";
import { usageError } from "../../errors.js";
import { type ExitCode, exitCodes } from "../../exit-codes.js";
import { formatBytes, formatQuantity } from "../../terminal/numbers.js";
import { chooseOne } from "../policy/policy-source.js";
import { withWriter } from "./open-writer.js";

/** The options of `kaudit store purge`. */
export interface PurgeOptions {
  readonly olderThan: string;
  readonly dryRun?: boolean;
  readonly output: string;
  readonly quiet?: boolean;
}

/** The first day that is not older than the age, in UTC. */
function dayBefore(age: string, now: Date): string {
  const [, digits = "", unit] = /^([1-9]\d{0,4})([dy])$/.exec(age) ?? [];
  if (unit === undefined) throw usageError(`--older-than ${age}: expected a number of days or years, as 400d or 6y`);
  const day = new Date(now);
  if (unit === "d") day.setUTCDate(day.getUTCDate() - Number(digits));
  else day.setUTCFullYear(day.getUTCFullYear() - Number(digits));
  if (Number.isNaN(day.getTime()) || day.getUTCFullYear() < 1) throw usageError(`--older-than ${age}: is too long`);
  return day.toISOString().slice(0, 10);
}

function purgeText(before: string, result: PurgeResult, isDryRun: boolean): string {
  const what = `${formatQuantity(result.events, "event")} of days before ${before} (${formatQuantity(result.objects, "object")}, ${formatBytes(result.bytes)})`;
  const lines = [
    result.objects === 0 ? `nothing to purge before ${before}` : `${isDryRun ? "would purge" : "purged"} ${what}`,
  ];
  for (const { hold, reason, objects, events } of result.held)
    lines.push(
      `kept for hold ${visibleString(hold)} (${visibleString(reason)}): ${formatQuantity(events, "event")} in ${formatQuantity(objects, "object")}`,
    );
  return `${lines.join("\n")}\n`;
}

/** Runs `kaudit store purge`. Gives 0, also when a hold kept something; throws coded errors. */
export async function purgeStore(address: string, options: PurgeOptions, context: CommandContext): Promise<ExitCode> {
  const form = chooseOne("--output", options.output, ["text", "json"]);
  const before = dayBefore(options.olderThan, context.now());
  const isDryRun = options.dryRun === true;
  const result = await withWriter(address, context, (writer, { objects }) =>
    purge(writer, objects, { before, dryRun: isDryRun }),
  );
  if (options.quiet === true) return exitCodes.done;
  const text =
    form === "json"
      ? `${JSON.stringify({ before, dryRun: isDryRun, ...result }, null, 2)}\n`
      : purgeText(before, result, isDryRun);
  await context.output.write(text);
  await context.output.flush();
  return exitCodes.done;
}
