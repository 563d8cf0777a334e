import type { EvidenceBundle, Framework } from "@kaudit/evidence";
import { eventsByHour, serverCount } from "./coverage.js";
import type { Cover, CoverActivity } from "./report-document.js";
import { clusterBasis, clusterName } from "./identity.js";
import { code, plain } from "./text.js";
import { counted } from "./words/count.js";
import { formatHash } from "./words/hash.js";
import { formatMoment, formatPeriod, hoursOf } from "./words/period.js";

/** Fewer hours than this make no picture. */
const fewestPictureHours = 12;

/** Builds the cover: what this is, of what, for when; no result and no score. */
export function buildCover(bundle: EvidenceBundle, framework: Framework, evidenceId: string): Cover {
  const { from, to } = bundle.period;
  const activity = coverActivity(bundle);
  const sets = bundle.ruleSets.map((set) => `${set.id} ${set.version}`).join(", ");
  return {
    title: `Evidence for ${framework.name}\nfrom Kubernetes audit logs`,
    period: formatPeriod(bundle.period),
    subtitle: "Kubernetes audit evidence",
    facts: [
      {
        label: "Cluster",
        value: [...clusterName(bundle), plain(" ("), ...clusterBasis(bundle), plain(`; ${serverCount(bundle)} seen)`)],
      },
      { label: "Period", value: [plain(`${formatMoment(from)} to ${formatMoment(to)} UTC, end excluded`)] },
      { label: "Evidence id", value: [code(formatHash(evidenceId))] },
      { label: "Tool", value: [plain(`${bundle.tool.name} ${bundle.tool.version}`)] },
      ...(sets === "" ? [] : [{ label: "Rule sets", value: [plain(sets)] }]),
    ],
    note:
      "This report presents evidence recorded by the Kubernetes API servers named inside. It gives no opinion on whether a " +
      "control is suitably designed or operated effectively; that judgement belongs to the auditor.",
    ...(activity === undefined ? {} : { activity }),
  };
}

function coverActivity(bundle: EvidenceBundle): CoverActivity | undefined {
  const hours = hoursOf(bundle.period);
  if (hours < fewestPictureHours) return undefined;
  const byHour = eventsByHour(bundle);
  const events = counted(bundle.totals.insidePeriod, "event");
  const caption = `One mark an hour, its area the number of events recorded; a point where there is none. ${counted(hours, "hour")}, ${events}.`;
  return {
    from: bundle.period.from,
    to: bundle.period.to,
    hours: byHour,
    caption,
    description: `Events each hour of the period: ${events} in ${counted(byHour.length, "hour")} of ${counted(hours, "hour")}.`,
  };
}
