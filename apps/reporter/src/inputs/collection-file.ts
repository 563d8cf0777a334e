import { createHash } from "node:crypto";
import { basename } from "node:path";
import type { CollectionManifest } from "@kaudit/evidence";
import { visibleString } from "@kaudit/schema";
import type { CommandContext } from "../command-context.js";
import { readGivenFile } from "../commands/policy/policy-source.js";
import { ReporterError } from "../errors.js";
import { readSha256Sums, type SumsProblem } from "./sha256-sums.js";

/** Problems that one message shows; the others are counted. */
const mostShown = 5;

/**
 * Reads the file of hashes that a collector wrote down, for `--collection`. Gives nothing where the option is not set.
 *
 * Throws `KAUDIT_CLI_INPUT_UNREADABLE` when it cannot be read, and `KAUDIT_CLI_CONFIG_INVALID` with file, line and column
 * of what is not as `sha256sum` writes it.
 */
export async function readCollection(
  path: string | undefined,
  context: CommandContext,
): Promise<{ readonly collection?: CollectionManifest }> {
  if (path === undefined) return {};
  const { bytes } = await readGivenFile(path, context, `--collection ${path}`);
  const { files, problems } = readSha256Sums(bytes);
  if (problems.length > 0) throw invalid(path, problems);
  const file = path === "-" ? "standard input" : basename(path);
  return { collection: { file, sha256: createHash("sha256").update(bytes).digest("hex"), files: [...files] } };
}

function invalid(path: string, problems: readonly SumsProblem[]): ReporterError {
  const lines = problems
    .slice(0, mostShown)
    .map(({ line, column, message }) => `${visibleString(path)}:${line}:${column}: ${visibleString(message)}`);
  const more = problems.length - lines.length;
  if (more > 0) lines.push(`and ${more} more lines like these`);
  return new ReporterError("KAUDIT_CLI_CONFIG_INVALID", lines.join("\n"), {
    details: { path, problems: problems.length },
  });
}
