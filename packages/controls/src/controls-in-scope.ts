import type { ControlDefinition } from "./control-definition.js";
import { ControlsError } from "./errors.js";
import type { FrameworkDefinition } from "./framework-definition.js";

/** What of a framework is reported. */
export interface FrameworkScope {
  readonly controls: readonly ControlDefinition[];
  /** The ids of the categories in scope. */
  readonly inScope: readonly string[];
  readonly outOfScope: readonly string[];
}

/**
 * Gives the controls that are reported: those without a category, and those of the categories in scope. `categories` are ids
 * to report besides those that are in scope by themselves; ids of other frameworks are passed over.
 */
export function controlsInScope(framework: FrameworkDefinition, categories: readonly string[] = []): FrameworkScope {
  const chosen = framework.categories.filter(({ id, inScope }) => inScope || categories.includes(id));
  const inScope = chosen.map(({ id }) => id);
  return {
    controls: framework.controls.filter((control) => control.categories?.some((id) => inScope.includes(id)) ?? true),
    inScope,
    outOfScope: framework.categories.map(({ id }) => id).filter((id) => !inScope.includes(id)),
  };
}

/**
 * Checks that each id is a category of at least one of the frameworks. Throws {@link ControlsError}
 * `KAUDIT_CONTROLS_UNKNOWN_CATEGORY`, which names those there are.
 */
export function checkCategories(frameworks: readonly FrameworkDefinition[], categories: readonly string[]): void {
  const known = frameworks.flatMap((framework) => framework.categories.map(({ id }) => id));
  const unknown = categories.find((id) => !known.includes(id));
  if (unknown === undefined) return;
  const use = known.length === 0 ? "these frameworks have none" : `use ${[...new Set(known)].join(", ")}`;
  throw new ControlsError(
    "KAUDIT_CONTROLS_UNKNOWN_CATEGORY",
    `category ${JSON.stringify(unknown.slice(0, 64))} is not one of ${frameworks.map(({ id }) => id).join(", ")}; ${use}`,
    { details: { category: unknown.slice(0, 64), known } },
  );
}
