import { createHash } from "node:crypto";
import { basename } from "node:path";
import { visibleString } from "@kaudit/schema";
import type { z } from "zod";
import type { CommandContext } from "../command-context.js";
import { readGivenFile } from "../commands/policy/policy-source.js";
import { ReporterError } from "../errors.js";
import { checkData } from "./check-data.js";
import { type DataDocument, type DataProblem, readDataDocument } from "./data-document.js";

/** What a person writes by hand, ten times over. */
const maxBytes = 8 * 1024 * 1024;

/** A file of data that holds what it should. */
export interface DataFile<Value> {
  /** As it was given. */
  readonly path: string;
  /** The file's own name: the folder it lies in says nothing about the evidence. */
  readonly file: string;
  /** Of the file's bytes, hex. */
  readonly sha256: string;
  readonly value: Value;
  readonly document: DataDocument;
}

/** A file of data that was read: what it holds, or what is wrong with it. */
export type ReadDataFile<Value> =
  | { readonly file: DataFile<Value>; readonly problems: readonly [] }
  | { readonly file: null; readonly problems: readonly DataProblem[] };

/**
 * Reads a file of YAML or JSON and holds it against a schema. Gives everything that is wrong with its content; throws
 * `KAUDIT_CLI_INPUT_UNREADABLE` when it cannot be read. Only data is read: a file that is a program is not run.
 */
export async function readDataFile<Value>(
  path: string,
  schema: z.ZodType<Value>,
  context: CommandContext,
  named = path,
): Promise<ReadDataFile<Value>> {
  const { bytes } = await readGivenFile(path, context, named);
  if (bytes.length > maxBytes) {
    return {
      file: null,
      problems: [{ line: 1, column: 1, path: "", message: "is larger than 8 MiB; nobody wrote that by hand" }],
    };
  }
  const { document, problems } = readDataDocument(bytes);
  if (document === null) return { file: null, problems };
  const checked = checkData(schema, document);
  if (checked.value === null) return { file: null, problems: checked.problems };
  const file = path === "-" ? "standard input" : basename(path);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return { file: { path, file, sha256, value: checked.value, document }, problems: [] };
}

/** Like {@link readDataFile}, but throws `KAUDIT_CLI_CONFIG_INVALID` with the first problem's place for a file that is not right. */
export async function requireDataFile<Value>(
  path: string,
  schema: z.ZodType<Value>,
  context: CommandContext,
  named = path,
): Promise<DataFile<Value>> {
  const { file, problems } = await readDataFile(path, schema, context, named);
  if (file !== null) return file;
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more; kaudit config check shows all)` : "";
  const [first] = problems;
  throw new ReporterError(
    "KAUDIT_CLI_CONFIG_INVALID",
    `${first === undefined ? path : problemLine(path, first)}${more}`,
    { details: { path, problems } },
  );
}

/** Gives a problem as a line: `kaudit.yaml:14:3: scope.cde: expected a list`. */
export function problemLine(path: string, { line, column, path: where, message }: DataProblem): string {
  const text = where === "" ? message : `${where}: ${message}`;
  return `${visibleString(path)}:${line}:${column}: ${visibleString(text)}`;
}
