import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { visibleString } from "@kaudit/schema";
import {
  type GivenCheckpoint,
  parseCheckpointNote,
  requireStore,
  storePlace,
  type StoreVerification,
  verifyStore,
} from "@kaudit/store";
import type { CommandContext } from "../../command-context.js";
import { ReporterError, usageError } from "../../errors.js";
import { type ExitCode, exitCodes } from "../../exit-codes.js";
import { reasonOf } from "../../inputs/file-error.js";
import { inertJson } from "../../query/inert-json.js";
import { publicKeyOf } from "../../signing/key-file.js";
import { formatCount, formatQuantity } from "../../terminal/numbers.js";
import { chooseOne } from "../policy/policy-source.js";

/** The options of `kaudit store verify`. */
export interface StoreVerifyOptions {
  readonly key?: string;
  readonly against?: readonly string[];
  readonly output: string;
  readonly quiet?: boolean;
}

const maxBytes = 64 * 1024;

/** The checkpoint in a file, or all of those in a folder. */
async function checkpointsIn(path: string): Promise<GivenCheckpoint[]> {
  try {
    if ((await stat(path)).isDirectory()) {
      const names = (await readdir(path)).filter((name) => !name.startsWith(".")).toSorted();
      return (await Promise.all(names.map((name) => checkpointsIn(join(path, name))))).flat();
    }
    const text = await readFile(path);
    if (text.length > maxBytes) throw usageError(`--against ${path}: is no checkpoint of a store`);
    return [{ name: path, text: text.toString("utf8") }];
  } catch (error) {
    if (error instanceof ReporterError) throw error;
    throw new ReporterError(
      "KAUDIT_CLI_INPUT_UNREADABLE",
      `--against ${path}: ${reasonOf(error as NodeJS.ErrnoException)}`,
      {
        details: { path },
        cause: error,
      },
    );
  }
}

/** Throws for a file that was named by mistake: it must not pass for a checkpoint that does not fit. */
function requireCheckpoint({ name, text }: GivenCheckpoint): void {
  try {
    parseCheckpointNote(text);
  } catch (error) {
    throw usageError(`--against ${name}: ${(error as Error).message}`);
  }
}

const anchors: Readonly<Record<StoreVerification["anchored"], string>> = {
  witness: "the store continues the checkpoints that were kept elsewhere",
  signature: "signed by the key that was given; only a checkpoint kept elsewhere shows that nothing was cut off",
  unanchored:
    "unanchored: neither a key nor a checkpoint kept elsewhere was given, so that it may have been made anew as a whole",
};

function verificationText(verified: StoreVerification): string {
  const { problems, size, root, events, objects, checkpoints } = verified;
  const lines = problems.map(
    ({ code, key, what }) => `${code.padEnd(20)}${visibleString(key)}: ${visibleString(what)}`,
  );
  lines.push(
    problems.length === 0
      ? `whole: ${formatQuantity(size, "commit")}, ${formatQuantity(events, "event")} in ${formatQuantity(objects, "object")}, ${formatQuantity(checkpoints.count, "checkpoint")}`
      : `${formatQuantity(problems.length, "problem")} in ${formatQuantity(size, "commit")}, ${formatCount(objects)} objects`,
  );
  lines.push(`root ${root}`, anchors[verified.anchored]);
  return `${lines.join("\n")}\n`;
}

/** Runs `kaudit store verify`. Gives 0 when nothing is wrong, else 1; throws coded errors. */
export async function verify(address: string, options: StoreVerifyOptions, context: CommandContext): Promise<ExitCode> {
  const form = chooseOne("--output", options.output, ["text", "json"]);
  const key = options.key === undefined ? undefined : await publicKeyOf(options.key);
  const against = (await Promise.all((options.against ?? []).map(checkpointsIn))).flat();
  for (const given of against) requireCheckpoint(given);
  const place = storePlace(address);
  // A damaged store is a result, not an error; a folder that holds none is one.
  await requireStore(place).catch((error: unknown) => {
    if ((error as { code?: unknown }).code !== "KAUDIT_STORE_DAMAGED") throw error;
  });
  const verified = await verifyStore(place.objects, { key, against });
  const code = verified.problems.length === 0 ? exitCodes.done : exitCodes.gateFailed;
  if (options.quiet === true && code === exitCodes.done) return code;
  await context.output.write(form === "json" ? `${inertJson(verified, 2)}\n` : verificationText(verified));
  await context.output.flush();
  return code;
}
