import type { Cover, CoverActivity, ReportDocument, Text } from "../document/report-document.js";
import { textOf } from "../document/text.js";
import type { PageGeometry } from "./page-geometry.js";
import { palette } from "./palette.js";
import type { Painter } from "./strip.js";
import type { Faces } from "./text/faces.js";
import { baselineOf, textStyles } from "./text/text-style.js";
import { wrapText } from "./text/wrap.js";
import { dotGrid } from "./charts/dot-grid.js";

const labelWidth = 64;
const factGap = 5;

/** Draws the cover: what this is, of what and when, and the period as a picture; no result and no score. */
export function drawCover(painter: Painter, faces: Faces, document: ReportDocument, geometry: PageGeometry): void {
  const { canvas, structure } = painter;
  const {
    cover,
    state: { label: state },
  } = document;
  const { left, textWidth } = geometry;
  structure.beginSection("Cover");
  drawOrganisation(painter, faces, document, left, textWidth * 0.6);
  if (state !== "") drawState(painter, faces, state, left + textWidth);
  let y = geometry.height * 0.142;
  structure.content("H1", () => {
    for (const line of cover.title.split("\n")) {
      y += canvas.lines(
        wrapText(faces, plain(line), textStyles.coverTitle, textWidth),
        left,
        y,
        textWidth,
        textStyles.coverTitle,
      );
    }
  });
  y += 6;
  structure.content("P", () => {
    y += canvas.lines(
      wrapText(faces, plain(cover.period), textStyles.coverPeriod, textWidth),
      left,
      y,
      textWidth,
      textStyles.coverPeriod,
    );
  });
  const factsTop = geometry.height * 0.732;
  if (cover.activity !== undefined) drawActivity(painter, faces, cover.activity, geometry, y + 34, factsTop - 46);
  drawFacts(painter, faces, cover, geometry, factsTop);
  const note = wrapText(faces, plain(cover.note), textStyles.body, 380);
  structure.content("P", () => {
    canvas.lines(note, left, geometry.height - 44 - note.length * textStyles.body.leading, 0, { ...textStyles.body });
  });
}

const logoTop = 38;
const logoHeight = 30;
const logoWidth = 200;

/** Whose report it is, by logo or name; else what it is. */
function drawOrganisation(painter: Painter, faces: Faces, document: ReportDocument, x: number, width: number): void {
  const { canvas, structure, logo } = painter;
  const { organisation, cover } = document;
  if (logo !== undefined && organisation !== undefined) {
    const size = logo.sizeWithin(logoWidth, logoHeight);
    structure.content("Figure", () => logo.draw(x, logoTop, size.width, size.height), textOf(organisation.name));
    return;
  }
  const name = wrapText(faces, organisation?.name ?? plain(cover.subtitle), textStyles.coverName, width);
  structure.content("P", () => canvas.lines(name.slice(0, 2), x, 43, width, textStyles.coverName));
}

function plain(text: string): Text {
  return [{ kind: "plain", text }];
}

/** The frame that says whether somebody signed. */
function drawState(painter: Painter, faces: Faces, state: string, right: number): void {
  const { canvas, structure } = painter;
  const style = { ...textStyles.chartLabel, leading: 18 };
  const line = wrapText(faces, [{ kind: "plain", text: state }], style, 200);
  const width = (line[0]?.width ?? 0) + 15;
  structure.artifact(() => canvas.outlineBox(right - width, 42, width, 18, { colour: palette.ink, width: 0.75 }));
  structure.content("P", () => canvas.lines(line, right - width, 42, width, style, "center"));
}

function drawActivity(
  painter: Painter,
  faces: Faces,
  activity: CoverActivity,
  geometry: PageGeometry,
  top: number,
  bottom: number,
): void {
  const { canvas, structure } = painter;
  const caption = wrapText(faces, [{ kind: "plain", text: activity.caption }], textStyles.chart, geometry.textWidth);
  const captionHeight = caption.length * textStyles.chart.leading;
  const grid = dotGrid(activity, geometry.textWidth, bottom - top - captionHeight - 24);
  const style = textStyles.chart;
  let captionTop = top;
  structure.content(
    "Figure",
    () => {
      for (const dot of grid.dots) {
        if (dot.radius > 0) canvas.fillDisc(geometry.left + dot.x, top + dot.y, dot.radius, palette.accent);
        else canvas.fillDisc(geometry.left + dot.x, top + dot.y, 0.7, palette.system);
      }
      for (const label of grid.rowLabels) {
        const line = painter.words(label.text, style);
        canvas.line(line, geometry.left - 8 - line.width, top + label.y + 2.6);
      }
      for (const label of grid.columnLabels) {
        const line = painter.words(label.text, style);
        canvas.line(line, geometry.left + label.x - line.width / 2, top + grid.height + 8 + baselineOf(style));
      }
      captionTop = top + grid.height + 24;
    },
    activity.description,
  );
  structure.content("P", () => canvas.lines(caption, geometry.left, captionTop, 0, style));
}

function drawFacts(painter: Painter, faces: Faces, cover: Cover, geometry: PageGeometry, top: number): void {
  const { canvas, structure } = painter;
  const { left, textWidth } = geometry;
  structure.artifact(() => canvas.rule(left, top, textWidth, { colour: palette.ink, width: 0.75 }));
  const table = structure.table("What this report is about.");
  const label = { ...textStyles.cell, colour: palette.ink3 };
  const value = textStyles.cell;
  let y = top + 8;
  for (const fact of cover.facts) {
    const lines = wrapText(faces, fact.value, value, textWidth - labelWidth, { maxLines: 3 });
    table.row([
      { head: "Row", draw: () => canvas.lines([painter.words(fact.label, label)], left, y, labelWidth, label) },
      { draw: () => canvas.lines(lines, left + labelWidth, y, 0, value) },
    ]);
    y += lines.length * value.leading + factGap;
  }
}
