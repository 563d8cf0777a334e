import type { SignaturesBlock, Text } from "../../document/report-document.js";
import { palette } from "../palette.js";
import type { Layout, Painter, Strip } from "../strip.js";
import { textStyles } from "../text/text-style.js";
import { wrapText, type Line } from "../text/wrap.js";

const gap = 20;
const mostStatementLines = 8;
/** A line to write on. */
const lineWidth = 120;
const lineHeight = 27;
const lineRule = { colour: palette.ruleStrong, width: 0.5 } as const;
const topRule = { colour: palette.ink, width: 0.75 } as const;

/** Lays out the blocks to sign, side by side: what each states, then name, role, date, and a line for the hand. */
export function signaturesStrip(layout: Layout, block: SignaturesBlock): Strip {
  const width = (layout.width - gap * (block.entries.length - 1)) / Math.max(1, block.entries.length);
  const columns = block.entries.map((entry) => ({
    step: wrapText(layout.faces, [{ kind: "strong", text: entry.step }], textStyles.heading, width),
    statement: wrapText(layout.faces, entry.statement, textStyles.note, width, { maxLines: mostStatementLines }),
    lines: [
      ["Name", entry.name],
      ["Role", entry.role],
      ["Date", entry.date],
      ["Signature", []],
    ].map(([label, text]) => ({
      label: label as string,
      value: wrapText(layout.faces, text as Text, textStyles.body, width, { maxLines: 2 }),
    })),
  }));
  const statementHeight = Math.max(...columns.map(({ statement }) => statement.length)) * textStyles.note.leading;
  const rowHeights = [0, 1, 2, 3].map((row) =>
    Math.max(lineHeight, ...columns.map(({ lines }) => valueHeight(lines[row]?.value ?? []))),
  );
  const head = 8 + textStyles.heading.leading + 3;
  const height = head + statementHeight + 10 + rowHeights.reduce((sum, one) => sum + one, 0);
  const paintColumn = (painter: Painter, index: number, x: number, y: number) => {
    const { canvas, structure } = painter;
    const column = columns[index];
    if (column === undefined) return;
    structure.artifact(() => canvas.rule(x, y, width, topRule));
    structure.content("P", () => {
      canvas.lines(column.step, x, y + 8, width, textStyles.heading);
      canvas.lines(column.statement, x, y + head, width, textStyles.note);
    });
    let below = y + head + statementHeight + 10;
    column.lines.forEach(({ label, value }, row) => {
      const rowHeight = rowHeights[row] ?? lineHeight;
      const bottom = below + rowHeight - 2;
      structure.content("P", () => {
        canvas.lines([painter.words(label, textStyles.caption)], x, below, width, textStyles.caption);
        canvas.lines(value, x, bottom - 1 - value.length * textStyles.body.leading, width, textStyles.body);
      });
      structure.artifact(() => canvas.rule(x, bottom, Math.min(lineWidth, width), lineRule));
      below += rowHeight;
    });
  };
  return {
    height,
    gap: 12,
    paint: (painter, x, y) => columns.forEach((_, index) => paintColumn(painter, index, x + index * (width + gap), y)),
  };
}

function valueHeight(value: readonly Line[]): number {
  return textStyles.caption.leading + value.length * textStyles.body.leading + 4;
}
