import type { ControlStatus } from "@kaudit/evidence";
import { counted } from "./count.js";

/** The words of the four statuses, in the order in which reports show them. */
export const statusWords: Readonly<Record<ControlStatus, string>> = {
  "evidence-present": "Evidence present",
  exceptions: "Exceptions to resolve",
  "insufficient-evidence": "Insufficient evidence",
  "outside-source": "Outside this source",
};

/** What a framework calls its controls. */
export interface ControlNoun {
  readonly singular: string;
  readonly plural: string;
}

/** Gives the framework's own word: SOC 2 has criteria, PCI DSS requirements, HIPAA standards. */
export function controlNoun(frameworkId: string): ControlNoun {
  if (frameworkId === "soc2") return { singular: "criterion", plural: "criteria" };
  if (frameworkId === "pci-dss") return { singular: "requirement", plural: "requirements" };
  if (frameworkId === "hipaa") return { singular: "standard", plural: "standards" };
  return { singular: "control", plural: "controls" };
}

/** Gives "5 criteria", "1 requirement". */
export function countedControls(count: number, noun: ControlNoun): string {
  return counted(count, noun.singular, noun.plural);
}
