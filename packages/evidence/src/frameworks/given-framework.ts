import { checkCategories, frameworkById, frameworks as builtIn } from "@kaudit/controls";
import type { FrameworkDefinition } from "@kaudit/controls";
import { EvidenceError } from "../errors.js";

/** A framework of one's own, and the file that it came from. */
export interface GivenFramework {
  readonly definition: FrameworkDefinition;
  /** The file's own name, without folder. */
  readonly file: string;
  /** SHA-256 (hex) of its bytes. */
  readonly sha256: string;
}

/** A framework to report on, with its file where it has one. */
export interface ChosenFramework {
  readonly definition: FrameworkDefinition;
  readonly given: { readonly file: string; readonly sha256: string } | null;
}

/**
 * Gives the definitions of the frameworks: those named by id from the catalogue, and those handed in. Throws
 * `KAUDIT_CONTROLS_UNKNOWN_FRAMEWORK` and `KAUDIT_CONTROLS_UNKNOWN_CATEGORY`, and `KAUDIT_EVIDENCE_FRAMEWORK_ID_TAKEN` for an id
 * that stands twice or is that of a built-in framework: none is replaced, so that an id always means the same.
 */
export function chosenFrameworks(
  frameworks: readonly (string | GivenFramework)[],
  categories: readonly string[],
): ChosenFramework[] {
  const chosen = frameworks.map((one): ChosenFramework => {
    if (typeof one === "string") return { definition: frameworkById(one), given: null };
    return { definition: one.definition, given: { file: one.file, sha256: one.sha256 } };
  });
  const seen = new Set<string>();
  for (const { definition, given } of chosen) {
    const { id } = definition;
    if (seen.has(id) || (given !== null && isBuiltIn(id))) {
      const where = given === null ? "" : `${given.file}: `;
      const what = seen.has(id) ? "stands twice" : "is a built-in framework, which is not replaced";
      throw new EvidenceError(
        "KAUDIT_EVIDENCE_FRAMEWORK_ID_TAKEN",
        `${where}framework id ${JSON.stringify(id)} ${what}; expected an id of its own`,
        { details: { id } },
      );
    }
    seen.add(id);
  }
  checkCategories(
    chosen.map(({ definition }) => definition),
    categories,
  );
  return chosen;
}

function isBuiltIn(id: string): boolean {
  return builtIn.some((framework) => framework.id === id);
}
