import type { ReportDocument, Text } from "../document/report-document.js";
import type { PageGeometry } from "./page-geometry.js";
import { palette } from "./palette.js";
import type { Painter } from "./strip.js";
import { baselineOf, textStyles, type TextStyle } from "./text/text-style.js";
import { wrapText, type Line } from "./text/wrap.js";
import type { Faces } from "./text/faces.js";

/** Draws what each page but the cover carries: which report and section, which cluster and period, and which page of how many. */
export function drawFurniture(
  painter: Painter,
  faces: Faces,
  document: ReportDocument,
  geometry: PageGeometry,
  place: {
    readonly section: string;
    /** What the page can be cited by, beside the evidence id. */
    readonly reference?: string | undefined;
    readonly page: number;
    readonly pages: number;
  },
): void {
  const { canvas, structure } = painter;
  const { left, textWidth, headerBaseline, footerRule, footerBaseline } = geometry;
  const header = headerBaseline - baselineOf(textStyles.furniture);
  const footer = footerBaseline - baselineOf(textStyles.furniture);
  const reference = place.reference === undefined ? "" : `/${place.reference}`;
  const id = [`${document.evidenceId}${reference}`, document.state.short].filter((part) => part !== "").join(" · ");
  structure.artifact(() => {
    const used = organisation(painter, faces, document, left, headerBaseline, textWidth * 0.5);
    if (used === 0) pair(painter, faces, "Kubernetes audit evidence", "", left, header);
    else pair(painter, faces, "", "Kubernetes audit evidence", left + used, header);
    pair(painter, faces, document.frameworkName, place.section, left, header, textWidth);
    canvas.rule(left, footerRule, textWidth, { colour: palette.rule, width: 0.5 });
    const baseline = footer + baselineOf(textStyles.furniture);
    const end = clusterAndPeriod(painter, faces, document, left, baseline, textWidth * 0.4);
    const [evidence] = wrapText(faces, [{ kind: "code", text: id }], textStyles.furniture, textWidth);
    // In the middle, or after a long period.
    if (evidence !== undefined)
      canvas.line(evidence, Math.max(left + (textWidth - evidence.width) / 2, end + 12), baseline);
    pair(painter, faces, String(place.page), `of ${place.pages}`, left, footer, textWidth);
  }, "Pagination");
}

const logoHeight = 14;
const logoWidth = 120;
const afterOrganisation = 8;

/** The logo, or else the name; gives the room it takes, 0 for neither. */
function organisation(
  painter: Painter,
  faces: Faces,
  document: ReportDocument,
  x: number,
  baseline: number,
  most: number,
): number {
  if (painter.logo !== undefined) {
    const { width, height } = painter.logo.sizeWithin(logoWidth, logoHeight);
    painter.logo.draw(x, baseline + 2 - height, width, height);
    return width + afterOrganisation;
  }
  if (document.organisation === undefined) return 0;
  const name: Text = document.organisation.name.map((run) =>
    run.kind === "plain" ? { kind: "strong", text: run.text } : run,
  );
  const [line] = wrapText(faces, name, textStyles.furniture, most);
  if (line === undefined) return 0;
  painter.canvas.line(line, x, baseline);
  return line.width + afterOrganisation;
}

/** The period is always whole; a long name of the cluster is cut. Gives where it ends. */
function clusterAndPeriod(
  painter: Painter,
  faces: Faces,
  document: ReportDocument,
  x: number,
  baseline: number,
  width: number,
): number {
  const period = oneLine(faces, document.periodLabel, textStyles.furniture);
  const more = oneLine(faces, "…", textStyles.furniture);
  const name: Text = document.clusterName.map((run) =>
    run.kind === "plain" ? { kind: "strong", text: run.text } : run,
  );
  const lines = wrapText(faces, name, textStyles.furniture, Math.max(40, width - period.width - more.width - 6));
  const first = lines[0] ?? { fragments: [], width: 0 };
  painter.canvas.line(first, x, baseline);
  if (lines.length > 1) painter.canvas.line(more, x + first.width, baseline);
  const start = x + first.width + (lines.length > 1 ? more.width : 0) + 6;
  painter.canvas.line(period, start, baseline);
  return start + period.width;
}

/** A strong word and a paler one; at the right edge when a width is given. */
function pair(
  painter: Painter,
  faces: Faces,
  strong: string,
  pale: string,
  x: number,
  y: number,
  width?: number,
): void {
  const first = oneLine(faces, strong, textStyles.furnitureStrong);
  const second = oneLine(faces, pale, textStyles.furniture);
  const gap = pale === "" || strong === "" ? 0 : 5;
  const start = width === undefined ? x : x + width - first.width - gap - second.width;
  painter.canvas.line(first, start, y + baselineOf(textStyles.furnitureStrong));
  painter.canvas.line(second, start + first.width + gap, y + baselineOf(textStyles.furniture));
}

function oneLine(faces: Faces, words: string, style: TextStyle): Line {
  return wrapText(faces, [{ kind: "plain", text: words }], style, 1000)[0] ?? { fragments: [], width: 0 };
}
