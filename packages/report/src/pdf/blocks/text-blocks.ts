import type { CodeBlock, HeadingBlock, ParagraphBlock, Text } from "../../document/report-document.js";
import { palette } from "../palette.js";
import { drawStatusShape } from "../shapes.js";
import type { Layout, Strip } from "../strip.js";
import type { Role } from "../structure.js";
import { baselineOf, textStyles, type TextStyle } from "../text/text-style.js";
import { wrapBalanced, wrapText, type Line } from "../text/wrap.js";

/** Prose is no wider than about 85 characters. */
const measure = 430;
const titleMeasure = 440;

/** Gives a strip of lines of one role. */
function linesStrip(
  lines: readonly Line[],
  style: TextStyle,
  role: Role,
  place: { readonly gap: number; readonly keepWithNext?: boolean },
): Strip {
  return {
    height: lines.length * style.leading,
    gap: place.gap,
    keepWithNext: place.keepWithNext === true,
    paint: ({ canvas, structure }, x, y) => structure.content(role, () => canvas.lines(lines, x, y, 0, style)),
  };
}

/** Lays out a block's heading and its note, which stay with what follows. */
export function headingStrips(layout: Layout, block: HeadingBlock): readonly Strip[] {
  const lines = wrapText(layout.faces, [{ kind: "plain", text: block.text }], textStyles.heading, layout.width);
  const heading: Strip = {
    ...linesStrip(lines, textStyles.heading, "H2", { gap: 16, keepWithNext: true }),
    bookmark: { title: block.text, level: "heading" },
  };
  return block.note === undefined ? [heading] : [heading, noteStrip(layout, block.note)];
}

/** Lays out the line under a heading that says marks, scale, or how many rows. */
export function noteStrip(layout: Layout, note: Text, gap = 1): Strip {
  const lines = wrapText(layout.faces, note, textStyles.note, Math.min(layout.width, 470));
  return linesStrip(lines, textStyles.note, "P", { gap, keepWithNext: true });
}

const quoteIndent = 10;
const quoteRule = 0.75;
const shapeSize = 8.5;
const shapeRoom = 14;

/** Lays out a paragraph, with a status shape before it where it has one. */
export function paragraphStrip(layout: Layout, block: ParagraphBlock): Strip {
  const { status } = block;
  const quoted = block.quoted === true;
  const indent = status === undefined ? (quoted ? quoteIndent : 0) : shapeRoom;
  const style = block.text.every((run) => run.kind === "muted") ? textStyles.note : textStyles.body;
  const lines = wrapText(layout.faces, block.text, style, Math.min(measure, layout.width) - indent);
  const height = lines.length * style.leading;
  return {
    height,
    gap: 5,
    paint: ({ canvas, structure }, x, y) => {
      if (quoted) structure.artifact(() => canvas.fillBox(x, y + 1, quoteRule, height - 2, palette.ink));
      if (status !== undefined) {
        structure.artifact(() =>
          drawStatusShape(canvas, status, x, y + baselineOf(style) - shapeSize + 1.2, shapeSize),
        );
      }
      structure.content("P", () => canvas.lines(lines, x + indent, y, 0, style));
    },
  };
}

const codePadding = 7;

/** Lays out commands on a pale ground. */
export function codeStrip(layout: Layout, block: CodeBlock): Strip {
  const style = textStyles.code;
  const lines = block.lines.flatMap((line) =>
    wrapText(layout.faces, [{ kind: "code", text: line }], style, layout.width - 2 * codePadding),
  );
  const height = lines.length * style.leading + 2 * codePadding;
  return {
    height,
    gap: 5,
    paint: ({ canvas, structure }, x, y) => {
      structure.artifact(() => canvas.fillBox(x, y, layout.width, height, palette.tint));
      structure.content("Code", () => canvas.lines(lines, x + codePadding, y + codePadding, 0, style));
    },
  };
}

/** What stands above a section: number and name, the title sentence, the standfirst. */
export function openingStrip(
  layout: Layout,
  section: {
    readonly number: string;
    readonly shortTitle: string;
    readonly title: string;
    readonly standfirst: string;
  },
): Strip {
  const kicker = kickerLines(layout, section);
  const title = wrapBalanced(layout.faces, [{ kind: "plain", text: section.title }], textStyles.title, titleMeasure);
  const standfirst = wrapText(
    layout.faces,
    [{ kind: "plain", text: section.standfirst }],
    textStyles.standfirst,
    measure,
  );
  const titleTop = textStyles.kicker.leading + 4;
  const standfirstTop = titleTop + title.length * textStyles.title.leading + 5;
  return {
    height: standfirstTop + standfirst.length * textStyles.standfirst.leading,
    gap: 0,
    paint: ({ canvas, structure }, x, y) => {
      structure.content("P", () => canvas.lines(kicker, x, y, 0, textStyles.kicker));
      structure.content("H1", () => canvas.lines(title, x, y + titleTop, 0, textStyles.title));
      structure.content("P", () => canvas.lines(standfirst, x, y + standfirstTop, 0, textStyles.standfirst));
    },
  };
}

/** What a further page of a section begins with; it repeats, so it is not part of the content. */
export function continuedStrip(
  layout: Layout,
  section: { readonly number: string; readonly shortTitle: string },
): Strip {
  const kicker = kickerLines(layout, section);
  const words = `${section.shortTitle}, continued`;
  const title = wrapText(layout.faces, [{ kind: "plain", text: words }], textStyles.continuedTitle, titleMeasure);
  const titleTop = textStyles.kicker.leading + 3;
  return {
    height: titleTop + title.length * textStyles.continuedTitle.leading,
    gap: 0,
    paint: ({ canvas, structure }, x, y) =>
      structure.artifact(() => {
        canvas.lines(kicker, x, y, 0, textStyles.kicker);
        canvas.lines(title, x, y + titleTop, 0, textStyles.continuedTitle);
      }, "Pagination"),
  };
}

function kickerLines(
  layout: Layout,
  section: { readonly number: string; readonly shortTitle: string },
): readonly Line[] {
  const words = section.number === "" ? section.shortTitle : `${section.number}\u2002${section.shortTitle}`;
  return wrapText(layout.faces, [{ kind: "plain", text: words }], textStyles.kicker, titleMeasure);
}
