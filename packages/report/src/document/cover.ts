import type { EvidenceBundle, Framework } from "@kaudit/evidence";
import { eventsByHour, serverCount } from "./coverage.js";
import type { Cover, CoverActivity, Text } from "./report-document.js";
import { clusterBasis, clusterName } from "./identity.js";
import { code, outsideText, plain, strong } from "./text.js";
import { scopeOf } from "./words/controls.js";
import { counted } from "./words/count.js";
import { formatHash } from "./words/hash.js";
import { formatDay, formatMoment, formatPeriod, hoursOf } from "./words/period.js";

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
      { label: "Framework", value: frameworkText(framework) },
      {
        label: bundle.clusters.length > 1 ? "Clusters" : "Cluster",
        value: [...clusterName(bundle), plain(" ("), ...clusterBasis(bundle), plain(`; ${serverCount(bundle)} seen)`)],
      },
      { label: "Period", value: [plain(`${formatMoment(from)} to ${formatMoment(to)} UTC, end excluded`)] },
      { label: "Evidence id", value: [code(formatHash(evidenceId))] },
      { label: "Tool", value: [plain(`${bundle.tool.name} ${bundle.tool.version}`)] },
      ...(framework.keepUntil === null
        ? []
        : [
            { label: "Keep until", value: [strong(formatDay(framework.keepUntil)), plain(`. ${framework.retention}`)] },
          ]),
      ...(sets === "" ? [] : [{ label: "Rule sets", value: [plain(sets)] }]),
    ],
    note:
      "This report presents evidence recorded by the Kubernetes API servers named inside. It gives no opinion on whether a " +
      "control is suitably designed or operated effectively; that judgement belongs to the auditor.",
    ...(activity === undefined ? {} : { activity }),
  };
}

/** Name, edition and what of it is in scope; of one's own framework also the file. */
function frameworkText(framework: Framework): Text {
  const scope = scopeOf(framework);
  const { definition } = framework;
  return [
    ...outsideText(`${framework.name}, ${framework.edition}`, 200),
    ...(scope === "" ? [] : outsideText(`; in scope: ${scope}`, 200)),
    ...(definition === null
      ? []
      : [
          plain("; defined by "),
          ...outsideText(definition.file, 80),
          plain(", SHA-256 "),
          code(formatHash(definition.sha256)),
        ]),
  ];
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
