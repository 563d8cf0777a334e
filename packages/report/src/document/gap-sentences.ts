import { gapSentence } from "@kaudit/evidence";
import type { EvidenceBundle } from "@kaudit/evidence";
import { serverName } from "./clusters.js";
import type { Block, ParagraphBlock } from "./report-document.js";
import { muted, outsideText, plain } from "./text.js";
import { agreeing, counted } from "./words/count.js";
import { formatDuration } from "./words/duration.js";
import { formatMoment } from "./words/period.js";

const mostGaps = 10;
const mostRestarts = 5;

type Server = EvidenceBundle["coverage"][number];

/** How many gaps the log of the period has, over all API servers. */
export interface GapCounts {
  readonly all: number;
  readonly unexplained: number;
}

/** Counts the gaps of all API servers. */
export function gapCounts({ coverage }: EvidenceBundle): GapCounts {
  return {
    all: coverage.reduce((sum, { gapsTotal }) => sum + gapsTotal, 0),
    unexplained: coverage.reduce((sum, { gapsUnexplained }) => sum + gapsUnexplained, 0),
  };
}

/** Says each gap and restart in a sentence: the unexplained gaps first, the longest before others. */
export function gapBlocks(bundle: EvidenceBundle): readonly Block[] {
  const gaps = bundle.coverage
    .flatMap((server) => server.gaps.map((gap) => ({ gap, name: nameOf(bundle, server) })))
    .toSorted(
      (a, b) =>
        Number(a.gap.explained !== null) - Number(b.gap.explained !== null) ||
        b.gap.seconds - a.gap.seconds ||
        (a.gap.from < b.gap.from ? -1 : 1),
    );
  const { all, unexplained } = gapCounts(bundle);
  const blocks: Block[] = gaps.slice(0, mostGaps).map(({ gap, name }): ParagraphBlock => ({
    kind: "paragraph",
    status: gap.explained === null ? "insufficient-evidence" : "evidence-present",
    text: outsideText(gapSentence(gap, name), 500),
  }));
  const more = all - Math.min(gaps.length, mostGaps);
  if (more > 0) blocks.push({ kind: "paragraph", text: [muted(`${counted(more, "more gap")} in bundle.json.`)] });
  if (all === 0) {
    blocks.push({
      kind: "paragraph",
      status: "evidence-present",
      text: [plain(`No gap: ${thresholds(bundle)}`)],
    });
  } else {
    const open = `${unexplained} of ${counted(all, "gap")} ${agreeing(unexplained, "is", "are")} not explained. `;
    blocks.push({ kind: "paragraph", text: [muted(`${open}A gap: ${thresholds(bundle)}`)] });
  }
  return [...blocks, ...restartBlocks(bundle)];
}

function thresholds({ coverage }: EvidenceBundle): string {
  const seconds = coverage.filter(({ events }) => events > 0).map(({ thresholdSeconds }) => thresholdSeconds);
  const least = Math.min(...seconds);
  const most = Math.max(...seconds);
  if (seconds.length === 0) return "no API server recorded anything.";
  const range = least === most ? formatDuration(least) : `${formatDuration(least)} to ${formatDuration(most)}`;
  return `silence of more than ${range}, by how steadily each API server writes.`;
}

function restartBlocks(bundle: EvidenceBundle): readonly Block[] {
  return bundle.coverage.flatMap((server): Block[] => {
    const { restarts } = server;
    if (restarts.length === 0) return [];
    const when = restarts
      .slice(0, mostRestarts)
      .map((time) => formatMoment(time))
      .join(", ");
    const more = restarts.length > mostRestarts ? ` and ${restarts.length - mostRestarts} more` : "";
    return [
      {
        kind: "paragraph",
        text: [
          ...outsideText(nameOf(bundle, server), 120),
          plain(` started again ${agreeing(restarts.length, "once", `${restarts.length} times`)}: ${when}${more} UTC.`),
        ],
      },
    ];
  });
}

function nameOf(bundle: EvidenceBundle, server: Server): string {
  return server.instance === "" ? "The API server" : `API server ${serverName(bundle, server)}`;
}
