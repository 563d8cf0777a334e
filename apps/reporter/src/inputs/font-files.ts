import { readFile, stat } from "node:fs/promises";
import { assertFont } from "@kaudit/report";
import { isKauditError } from "@kaudit/schema";
import { ReporterError, usageError } from "../errors.js";
import { reasonOf } from "./file-error.js";

/** The largest fonts of all scripts have some 30 MB. */
const maxBytes = 64 * 2 ** 20;

/**
 * Reads the fonts of `--font`, in order, and checks each. Throws `KAUDIT_CLI_INPUT_UNREADABLE` for a file that cannot be read, and
 * `KAUDIT_CLI_USAGE` for what is no font that a report can be set in.
 */
export async function readFonts(paths: string | readonly string[] | undefined): Promise<readonly Uint8Array[]> {
  const fonts: Uint8Array[] = [];
  for (const path of typeof paths === "string" ? [paths] : (paths ?? [])) fonts.push(await readFont(path));
  return fonts;
}

async function readFont(path: string): Promise<Uint8Array> {
  try {
    const status = await stat(path);
    if (!status.isFile()) throw usageError(`--font ${path}: is not a file`);
    if (status.size > maxBytes) throw usageError(`--font ${path}: is larger than any font (${maxBytes / 2 ** 20} MiB)`);
    const bytes = await readFile(path);
    await assertFont(bytes);
    return bytes;
  } catch (error) {
    if (isKauditError(error, "KAUDIT_REPORT_FONT_INVALID")) throw usageError(`--font ${path}: ${error.message}`);
    if (isKauditError(error)) throw error;
    const reason = reasonOf(error as NodeJS.ErrnoException);
    throw new ReporterError("KAUDIT_CLI_INPUT_UNREADABLE", `--font ${path}: ${reason}`, { cause: error });
  }
}
