import { ControlsError } from "./errors.js";
import type { FrameworkDefinition } from "./framework-definition.js";
import cisKubernetes from "./frameworks/cis-kubernetes.json" with { type: "json" };
import disaStig from "./frameworks/disa-stig.json" with { type: "json" };
import dora from "./frameworks/dora.json" with { type: "json" };
import fedramp20x from "./frameworks/fedramp-20x.json" with { type: "json" };
import hipaa from "./frameworks/hipaa.json" with { type: "json" };
import iso27001 from "./frameworks/iso-27001.json" with { type: "json" };
import nis2 from "./frameworks/nis2.json" with { type: "json" };
import nist80053 from "./frameworks/nist-800-53.json" with { type: "json" };
import nsaCisa from "./frameworks/nsa-cisa.json" with { type: "json" };
import pciDss from "./frameworks/pci-dss.json" with { type: "json" };
import soc2 from "./frameworks/soc2.json" with { type: "json" };
import { parseFramework } from "./parse-framework.js";

/**
 * The catalogue's version, printed in every bundle. It changes when an id, title, summary, class or limit does, so that two
 * packs that differ only in the catalogue can be told apart.
 */
export const catalogueVersion = "2026.11.2";

/** All frameworks, in the order in which they are offered. */
export const frameworks: readonly FrameworkDefinition[] = [
  soc2,
  pciDss,
  hipaa,
  iso27001,
  nist80053,
  cisKubernetes,
  fedramp20x,
  disaStig,
  nsaCisa,
  dora,
  nis2,
].map(parseFramework);

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
