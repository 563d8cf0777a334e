import type { ChangeLine, ChangesBlock } from "../../document/report-document.js";
import { palette } from "../palette.js";
import type { Layout, Painter, Strip } from "../strip.js";
import type { TableElement } from "../structure.js";
import { textStyles, type TextStyle } from "../text/text-style.js";
import { wrapText, type Line } from "../text/wrap.js";

const letterWidth = 16;
const whoWidth = 92;
const stateWidth = 84;
const sideIndent = 8;
/** Width of a side that only says that there was nothing. */
const shortSide = 88;
const headline: TextStyle = { ...textStyles.cell, face: "semibold", size: 8.5, leading: 11.5 };
const object: TextStyle = { ...textStyles.cell, size: 7.5, leading: 10.5, colour: palette.ink2 };
const content: TextStyle = { ...textStyles.denseCell, face: "mono", size: 7.25, leading: 10 };
const rowRule = { colour: palette.rule, width: 0.5 } as const;

type Entry = ChangesBlock["entries"][number];

/** Lays out changes of access rights: what each gives in a sentence, then its content before and after, side by side. */
export function changesStrips(layout: Layout, block: ChangesBlock): readonly Strip[] {
  let table: TableElement | undefined;
  const open = (painter: Painter) =>
    (table ??= painter.structure.table(
      "Changes of access rights: who, what the change gives, and its content before and after.",
    ));
  return block.entries.map((entry, index) => entryStrip(layout, entry, index, open));
}

function entryStrip(layout: Layout, entry: Entry, index: number, open: (painter: Painter) => TableElement): Strip {
  const main = layout.width - letterWidth - whoWidth - stateWidth;
  const beforeWidth = hasLines(entry.before) ? main / 2 : shortSide;
  const who = wrapText(layout.faces, entry.actor, object, whoWidth - 8, { maxLines: 4 });
  const time = wrapText(layout.faces, [{ kind: "strong", text: entry.time }], object, whoWidth - 6);
  const says = wrapText(layout.faces, entry.headline, headline, main - 10, { maxLines: 6 });
  const what = wrapText(layout.faces, entry.object, object, main - 10, { maxLines: 3 });
  const before = sideLines(layout, entry.before, "no such object", beforeWidth - sideIndent - 6, "struck");
  const after = sideLines(layout, entry.after, "deleted", main - beforeWidth - sideIndent - 10, "underlined");
  const state = wrapText(layout.faces, [{ kind: "plain", text: entry.state }], object, stateWidth);
  const sides = 10 + Math.max(before.length, after.length) * content.leading;
  const mainHeight = says.length * headline.leading + what.length * object.leading + 4 + sides;
  const height = Math.max(mainHeight, (who.length + time.length) * object.leading) + 10;
  return {
    height,
    gap: index === 0 ? 5 : 0,
    paint: (painter, x, y) => {
      const { canvas, structure } = painter;
      const top = y + 5;
      const left = x + letterWidth + whoWidth;
      const sidesTop = top + says.length * headline.leading + what.length * object.leading + 4;
      structure.artifact(() => {
        if (index === 0) canvas.rule(x, y, layout.width, { colour: palette.ink, width: 0.75 });
        canvas.rule(x, y + height - 0.25, layout.width, rowRule);
        canvas.segment(left + 0.75, sidesTop, left + 0.75, sidesTop + sides, { colour: palette.rule, width: 1.5 });
        canvas.segment(left + beforeWidth + 0.75, sidesTop, left + beforeWidth + 0.75, sidesTop + sides, {
          colour: palette.ink,
          width: 1.5,
        });
      });
      open(painter).row([
        {
          head: "Row",
          draw: () => canvas.lines([painter.words(entry.letter, headline)], x, top, letterWidth, headline),
        },
        {
          draw: () => {
            const used = canvas.lines(time, x + letterWidth, top + 0.5, whoWidth, object);
            canvas.lines(who, x + letterWidth, top + 0.5 + used, whoWidth, object);
          },
        },
        {
          draw: () => {
            const used = canvas.lines(says, left, top, main, headline);
            canvas.lines(what, left, top + used, main, object);
          },
        },
        { draw: () => drawSide(painter, "Before", before, left + sideIndent, sidesTop) },
        { draw: () => drawSide(painter, "After", after, left + beforeWidth + sideIndent, sidesTop) },
        { draw: () => canvas.lines(state, x + layout.width - stateWidth, top + 0.5, stateWidth, object) },
      ]);
    },
  };
}

function hasLines(side: Entry["before"]): boolean {
  return side !== null && side.length > 0;
}

function drawSide(painter: Painter, word: string, lines: readonly Line[], x: number, y: number): void {
  const { canvas } = painter;
  canvas.lines([painter.words(word, textStyles.caption)], x, y, 0, textStyles.caption);
  canvas.lines(lines, x, y + 10, 0, content);
}

function sideLines(
  layout: Layout,
  lines: readonly ChangeLine[] | null,
  nothing: string,
  width: number,
  mark: "struck" | "underlined",
): readonly Line[] {
  const words = lines === null ? "not recorded" : lines.length === 0 ? nothing : undefined;
  if (words !== undefined) {
    const style: TextStyle = { ...textStyles.denseCell, colour: palette.ink3 };
    return wrapText(layout.faces, [{ kind: "plain", text: words }], style, width);
  }
  return (lines ?? []).flatMap((line) =>
    wrapText(layout.faces, line.text, content, width, { maxLines: 4, ...(line.changed ? { [mark]: true } : {}) }),
  );
}
