import type { LadderBlock } from "../../document/report-document.js";
import { formatCount } from "../../document/words/count.js";
import { palette } from "../palette.js";
import type { Layout, Painter, Strip } from "../strip.js";
import { textStyles, type TextStyle } from "../text/text-style.js";
import { wrapText } from "../text/wrap.js";

const labelWidth = 66;
const figureWidth = 38;
const meaningWidth = 132;
const countRoom = 34;
const headHeight = 14;
const rowHeight = 17;
const barInset = 2.5;

const headRule = { colour: palette.ink, width: 0.75 } as const;
const rowRule = { colour: palette.rule, width: 0.5 } as const;
const outline = { colour: palette.ruleStrong, width: 0.5 } as const;

/** Lays out the ladder from raised to open: a bar a step, each from where the last one ended. */
export function ladderStrip(layout: Layout, block: LadderBlock): Strip {
  const figures = block.severities.length * figureWidth;
  const barsWidth = layout.width - labelWidth - countRoom - figures - meaningWidth;
  const figuresLeft = labelWidth + barsWidth + countRoom;
  const height = headHeight + block.rows.length * rowHeight;
  const scale = (count: number) => (block.total === 0 ? 0 : (count / block.total) * barsWidth);
  const paint = (painter: Painter, x: number, y: number) => {
    const { canvas } = painter;
    const right = (words: string, style: TextStyle, left: number, top: number, width: number) =>
      canvas.lines([painter.words(words, style)], left, top, width, style, "right");
    block.severities.forEach((severity, index) =>
      right(severity, textStyles.head, x + figuresLeft + index * figureWidth, y + 1, figureWidth - 6),
    );
    right("meaning", textStyles.head, x + layout.width - meaningWidth, y + 1, meaningWidth);
    canvas.rule(x, y + headHeight - 0.4, layout.width, headRule);
    block.rows.forEach((row, index) => {
      const top = y + headHeight + index * rowHeight;
      const isWhole = index === 0 || row.tone === "open";
      const style = isWhole && row.count > 0 ? textStyles.chartLabel : textStyles.cell;
      const text = top + (rowHeight - style.leading) / 2;
      canvas.lines([painter.words(row.label, style)], x, text, labelWidth, style);
      const left = x + labelWidth + scale(row.start);
      const width = Math.max(row.count === 0 ? 0 : 1, scale(row.count));
      if (index > 1) canvas.segment(left, top - barInset, left, top + barInset, outline);
      if (row.count > 0) {
        const colour = row.tone === "open" ? palette.ink : palette.system;
        canvas.fillBox(left, top + barInset, width, rowHeight - 2 * barInset, colour);
        if (row.tone === "closed") canvas.outlineBox(left, top + barInset, width, rowHeight - 2 * barInset, outline);
      }
      const count = painter.words(formatCount(row.count), textStyles.chartLabel);
      canvas.lines([count], left + width + 5, text, countRoom, textStyles.chartLabel);
      row.figures.forEach((figure, at) => {
        const face = figure === 0 ? { ...textStyles.cell, colour: palette.ink3 } : style;
        right(formatCount(figure), face, x + figuresLeft + at * figureWidth, text, figureWidth - 6);
      });
      const meaning = wrapText(layout.faces, [{ kind: "plain", text: row.meaning }], textStyles.keyLabel, meaningWidth);
      canvas.lines(
        meaning.slice(0, 1),
        x + layout.width - meaningWidth,
        text,
        meaningWidth,
        textStyles.keyLabel,
        "right",
      );
      canvas.rule(x, top + rowHeight - 0.25, layout.width, rowRule);
    });
  };
  return {
    height,
    gap: 4,
    paint: (painter, x, y) => painter.structure.content("Figure", () => paint(painter, x, y), block.description),
  };
}
