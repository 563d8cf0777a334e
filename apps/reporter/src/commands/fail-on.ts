import type { EvidenceBundle } from "@kaudit/evidence";
import { compareSeverity, severities, type Severity } from "@kaudit/rules";
import { formatQuantity } from "../terminal/numbers.js";
import { chooseOne } from "./policy/policy-source.js";

/** Reads `--fail-on`. Throws `KAUDIT_CLI_USAGE` for what is no severity. */
export function failOnOption(value: string | undefined): Severity | undefined {
  return value === undefined ? undefined : chooseOne("--fail-on", value, severities);
}

/** What `--fail-on` objects to, in words: the open exceptions at or above a severity, by severity; empty when there are none. */
export function failOnObjections({ exceptions }: EvidenceBundle, least: Severity | undefined): readonly string[] {
  if (least === undefined) return [];
  return severities
    .filter((severity) => compareSeverity(severity, least) <= 0)
    .flatMap((severity) => {
      const count = exceptions.filter((each) => each.state === "open" && each.severity === severity).length;
      return count === 0 ? [] : [formatQuantity(count, `open ${severity} exception`)];
    });
}
