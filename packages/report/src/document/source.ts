import { blindSpotMeanings } from "@kaudit/evidence";
import type { EvidenceBundle } from "@kaudit/evidence";
import type { Block } from "./report-document.js";
import { cell, column, wordCell } from "./row-cells.js";
import { plain, strong } from "./text.js";
import { agreeing, counted, formatCount } from "./words/count.js";

const originNames: Readonly<Record<string, string>> = {
  "kube-apiserver": "the API server’s own events",
  eks: "Amazon EKS, from CloudWatch Logs",
  aks: "Azure AKS, from Azure Monitor",
  gke: "Google GKE, put together from Cloud Audit Logs",
  openshift: "OpenShift, from its log forwarder",
  "kube-audit-rest": "kube-audit-rest, put together from admission reviews",
};

/** Gives the ways the events came by, for the method sheet: "the API server’s own events (1,214)". */
export function sourceWays({ source }: EvidenceBundle): string {
  return Object.entries(source.origins)
    .map(([origin, events]) => `${originNames[origin] ?? origin} (${formatCount(events)})`)
    .join("; ");
}

/** Builds "What can this source not show?"; nothing where the events are the API server's own and no way is known to lose some. */
export function sourceBlocks(bundle: EvidenceBundle): readonly Block[] {
  const { blindSpots, reconstructed } = bundle.source;
  if (blindSpots.length === 0 && reconstructed === 0) return [];
  const derived: readonly Block[] =
    reconstructed === 0
      ? []
      : [
          {
            kind: "paragraph",
            text: [
              strong(
                `${counted(reconstructed, "event")} of the period ${agreeing(reconstructed, "holds", "hold")} fields`,
              ),
              plain(" that were derived from other fields, because the source does not record them."),
            ],
          },
        ];
  const heading: Block = { kind: "heading", text: "What can this source not show?" };
  if (blindSpots.length === 0) return [heading, ...derived];
  return [
    heading,
    ...derived,
    {
      kind: "table",
      description: "What the way the events came by cannot show, and how many events came that way.",
      columns: [column("limit", "What it means", 0.84), column("events", "Events", 0.16, "right")],
      rows: blindSpots.map(({ blindSpot, events }) => [
        cell([plain(blindSpotMeanings[blindSpot].sentence)]),
        wordCell(formatCount(events)),
      ]),
    },
  ];
}
