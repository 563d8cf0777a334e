import { visibleString } from "@kaudit/schema";
import { type Hold, holdKey } from "@kaudit/store";
import type { CommandContext } from "../../command-context.js";
import { usageError } from "../../errors.js";
import { type ExitCode, exitCodes } from "../../exit-codes.js";
import { withWriter } from "./open-writer.js";

/** The options of `kaudit store hold`. */
export interface HoldOptions {
  readonly reason: string;
  readonly from?: string;
  readonly to?: string;
  readonly cluster?: string;
}

function checkedName(name: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(name)) return name;
  throw usageError(`${visibleString(name)}: not a name of a hold; use letters, digits, dots, - and _`);
}

function dayOption(option: string, day: string | undefined): string | null {
  if (day === undefined) return null;
  if (/^\d{4}-\d\d-\d\d$/.test(day) && !Number.isNaN(Date.parse(day))) return day;
  throw usageError(`${option} ${visibleString(day)}: not a day; write it as 2026-01-31`);
}

/** Runs `kaudit store hold`. Gives 0; throws coded errors. */
export async function hold(
  address: string,
  name: string,
  options: HoldOptions,
  context: CommandContext,
): Promise<ExitCode> {
  const from = dayOption("--from", options.from);
  const to = dayOption("--to", options.to);
  if (from !== null && to !== null && from > to) throw usageError(`--from ${from} is after --to ${to}`);
  const held: Hold = { name: checkedName(name), reason: options.reason, from, to, cluster: options.cluster ?? null };
  await withWriter(address, context, async (writer) => {
    writer.setState(holdKey(name), held);
    await writer.commit();
  });
  return exitCodes.done;
}

/** Runs `kaudit store release`. Gives 0; throws `KAUDIT_CLI_USAGE` for a hold that is not there, and coded errors. */
export async function release(address: string, name: string, context: CommandContext): Promise<ExitCode> {
  await withWriter(address, context, async (writer) => {
    if (!writer.head.state.has(holdKey(checkedName(name))))
      throw usageError(`${name}: there is no such hold (kaudit store status)`);
    writer.setState(holdKey(name), undefined);
    await writer.commit();
  });
  return exitCodes.done;
}
