import { checkCategories, ControlsError, FrameworkDefinition, frameworkById, frameworks } from "@kaudit/controls";
import type { GivenFramework } from "@kaudit/evidence";
import { visibleString } from "@kaudit/schema";
import type { CommandContext } from "../command-context.js";
import { type DataFile, problemLine, readDataFile } from "../config/data-file.js";
import { didYouMean } from "../config/did-you-mean.js";
import { ReporterError, usageError } from "../errors.js";

/** What to report on. */
export interface ChosenFrameworks {
  /** As evidence takes them: ids, and frameworks of the user's own. */
  readonly frameworks: readonly (string | GivenFramework)[];
  readonly ids: readonly string[];
}

/** Whether an entry of `--framework` is a file, not an id: ids hold no dots and no slashes. */
export function isFrameworkFile(name: string): boolean {
  return /[\\/]|\.(?:ya?ml|json)$/i.test(name);
}

/** Checks the entries of `--framework` that are ids. Throws `KAUDIT_CLI_USAGE` for one that is not known. */
export function checkFrameworkIds(names: readonly string[]): void {
  const known = frameworks.map(({ id }) => id);
  for (const name of names) {
    if (isFrameworkFile(name) || known.includes(name)) continue;
    const hint = didYouMean(name, known);
    throw usageError(
      `--framework ${visibleString(name)}: not known${hint}${hint === "" ? "; use" : " Known are"} ${known.join(", ")}, or a file: ./ours.yaml`,
    );
  }
}

/**
 * Reads the frameworks that are files, and checks the categories. Throws `KAUDIT_CLI_USAGE` for an id that is taken and a category that
 * is not known, `KAUDIT_CLI_INPUT_UNREADABLE`, and `KAUDIT_CLI_CONFIG_INVALID` with file, line and column.
 */
export async function readFrameworks(
  names: readonly string[],
  categories: readonly string[],
  context: CommandContext,
): Promise<ChosenFrameworks> {
  const chosen: (string | GivenFramework)[] = [];
  const definitions: FrameworkDefinition[] = [];
  for (const name of names) {
    if (!isFrameworkFile(name)) {
      chosen.push(name);
      definitions.push(frameworkById(name));
      continue;
    }
    const { file, sha256, value } = await readFrameworkFile(name, context);
    const { id } = value;
    if (frameworks.some((one) => one.id === id))
      throw usageError(
        `${visibleString(name)}: id: ${id} is a built-in framework, which is not replaced; give yours its own id`,
      );
    if (definitions.some((one) => one.id === id))
      throw usageError(`${visibleString(name)}: id: ${id} stands twice under --framework; give each its own id`);
    chosen.push({ definition: value, file, sha256 });
    definitions.push(value);
  }
  try {
    checkCategories(definitions, categories);
  } catch (error) {
    if (error instanceof ControlsError) throw usageError(`--categories: ${error.message}`);
    throw error;
  }
  return { frameworks: chosen, ids: definitions.map(({ id }) => id) };
}

/** Problems of one file that are shown; all are in the error's details. */
const mostProblems = 10;

/** Reads one file; what is wrong with it is told all at once, as it takes hours to write such a file. */
async function readFrameworkFile(path: string, context: CommandContext): Promise<DataFile<FrameworkDefinition>> {
  const { file, problems } = await readDataFile(path, FrameworkDefinition, context, `--framework ${path}`);
  if (file !== null) return file;
  const [first = `${visibleString(path)}: is not a framework`, ...others] = problems
    .slice(0, mostProblems)
    .map((problem, index) => problemLine(path, problem).slice(index === 0 ? 0 : visibleString(path).length + 1));
  const more = problems.length - mostProblems;
  const message = [first, ...others, ...(more > 0 ? [`and ${more} more`] : [])].join("; ");
  throw new ReporterError("KAUDIT_CLI_CONFIG_INVALID", message, { details: { path, problems } });
}
