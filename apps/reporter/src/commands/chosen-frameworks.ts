import { checkCategories, ControlsError, FrameworkDefinition, frameworkById, frameworks } from "@kaudit/controls";
import type { GivenFramework } from "@kaudit/evidence";
import { visibleString } from "@kaudit/schema";
import type { CommandContext } from "../command-context.js";
import { requireDataFile } from "../config/data-file.js";
import { didYouMean } from "../config/did-you-mean.js";
import { usageError } from "../errors.js";

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
    const { file, sha256, value } = await requireDataFile(name, FrameworkDefinition, context, `--framework ${name}`);
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
