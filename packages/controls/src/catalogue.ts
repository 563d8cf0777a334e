import type { FrameworkDefinition } from "./control-definition.js";
import { ControlsError } from "./errors.js";
import { soc2 } from "./frameworks/soc2.js";

/**
 * The catalogue's version, printed in every bundle. It changes when an id, title, summary, class or limit does, so that two
 * packs that differ only in the catalogue can be told apart.
 */
export const catalogueVersion = "2026.11.1";

/** All frameworks, in the order in which they are offered. */
export const frameworks: readonly FrameworkDefinition[] = [soc2];

/**
 * Gives the framework with this id. Throws {@link ControlsError} `KAUDIT_CONTROLS_UNKNOWN_FRAMEWORK`, which names the ids
 * there are, when there is none.
 */
export function frameworkById(id: string): FrameworkDefinition {
  const found = frameworks.find((framework) => framework.id === id);
  if (found !== undefined) return found;
  const known = frameworks.map((framework) => framework.id);
  throw new ControlsError(
    "KAUDIT_CONTROLS_UNKNOWN_FRAMEWORK",
    `framework ${JSON.stringify(id.slice(0, 64))} is not known; use ${known.join(", ")}`,
    { details: { id: id.slice(0, 64), known } },
  );
}
