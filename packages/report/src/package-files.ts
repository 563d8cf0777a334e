import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ReportError } from "./errors.js";

let folder: string | undefined;

/** Where this package is installed: the nearest folder above this module that has `templates` and a `package.json`. */
function packageFolder(): string {
  if (folder !== undefined) return folder;
  // The CommonJS build has no import.meta, the ES module build no __dirname.
  const start: string = import.meta.dirname ?? __dirname;
  for (let at = start; ; at = dirname(at)) {
    if (existsSync(join(at, "package.json")) && existsSync(join(at, "templates"))) return (folder = at);
    if (at === dirname(at)) throw missing("templates", start);
  }
}

/**
 * Gives the path of a template or font of this package, from its sources, its builds and its installed copy alike.
 * Throws `KAUDIT_REPORT_FILE_MISSING` when there is no such file, as in a bundle that left the package's files behind.
 */
export function packageFilePath(...parts: readonly string[]): string {
  const path = join(packageFolder(), ...parts);
  if (!existsSync(path)) throw missing(parts.join("/"), packageFolder());
  return path;
}

/** Reads a template or font of this package. Throws `KAUDIT_REPORT_FILE_MISSING` like {@link packageFilePath}. */
export function readPackageFile(...parts: readonly string[]): Buffer {
  return readFileSync(packageFilePath(...parts));
}

function missing(file: string, at: string): ReportError {
  return new ReportError(
    "KAUDIT_REPORT_FILE_MISSING",
    `@kaudit/report: ${file} was not found from ${at}. The folders "templates" and "fonts" of the package must stay beside "dist"; install @kaudit/report instead of bundling it.`,
    { details: { file, at } },
  );
}
