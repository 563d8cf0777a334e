import { ControlsError } from "./errors.js";
import { FrameworkDefinition } from "./framework-definition.js";

/** One thing that is wrong with a framework. */
export interface FrameworkProblem {
  /** Where: `["controls", 3, "id"]`. */
  readonly path: readonly (string | number)[];
  /** What was wrong and what was expected. */
  readonly message: string;
}

/**
 * Gives a framework from what a YAML or JSON file holds, with the defaults filled in. Throws {@link ControlsError}
 * `KAUDIT_CONTROLS_FRAMEWORK_INVALID` with every problem and its path in `details.problems`.
 */
export function parseFramework(value: unknown): FrameworkDefinition {
  const result = FrameworkDefinition.safeParse(value);
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, message }): FrameworkProblem => {
    return { path: path.map((part) => (typeof part === "symbol" ? String(part) : part)), message };
  });
  const shown = problems.slice(0, 20).map(({ path, message }) => `  ${pathText(path)}: ${message}`);
  const rest = problems.length > shown.length ? [`  and ${problems.length - shown.length} more`] : [];
  throw new ControlsError("KAUDIT_CONTROLS_FRAMEWORK_INVALID", ["the framework:", ...shown, ...rest].join("\n"), {
    details: { problems },
  });
}

/** Gives a path as people write it: `controls[3].id`; "the file" for the whole. */
function pathText(path: readonly (string | number)[]): string {
  const text = path
    .map((part) => (typeof part === "number" ? `[${part}]` : `.${part}`))
    .join("")
    .replace(/^\./, "");
  return text === "" ? "the file" : text.slice(0, 120);
}
