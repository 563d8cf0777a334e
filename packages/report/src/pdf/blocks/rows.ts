import type { FactsBlock, Text, TotalsBlock } from "../../document/report-document.js";
import { formatCount } from "../../document/words/count.js";
import { palette } from "../palette.js";
import type { Layout, Painter, Strip } from "../strip.js";
import type { TableCellElement, TableElement } from "../structure.js";
import { textStyles, type TextStyle } from "../text/text-style.js";
import { wrapText } from "../text/wrap.js";

const openRule = { colour: palette.ink, width: 0.75 } as const;
const rowRule = { colour: palette.rule, width: 0.5 } as const;

/** One cell of a row without a head. */
interface RowCell {
  readonly x: number;
  readonly width: number;
  readonly text: Text;
  readonly style: TextStyle;
  readonly align?: "left" | "right";
  readonly head?: boolean;
  readonly section?: string;
}

/** Lays out rows that need no head: each begins with its own label. */
function rowStrips(
  layout: Layout,
  rows: readonly (readonly RowCell[])[],
  description: string,
  padding = 4,
): readonly Strip[] {
  let table: TableElement | undefined;
  const open = (painter: Painter) => (table ??= painter.structure.table(description));
  return rows.map((cells, index) => {
    const laid = cells.map((cell) => ({ cell, lines: wrapText(layout.faces, cell.text, cell.style, cell.width) }));
    const height = Math.max(...laid.map(({ cell, lines }) => lines.length * cell.style.leading)) + 2 * padding;
    return {
      height,
      gap: index === 0 ? 5 : 0,
      keepWithNext: index < rows.length - 1 && (index === 0 || index === rows.length - 2),
      paint: (painter, x, y) => {
        const { canvas, structure } = painter;
        open(painter).row(
          laid.map(({ cell, lines }): TableCellElement => {
            const page = cell.section === undefined ? undefined : painter.pageOf(cell.section);
            const shown = page === undefined ? lines : [painter.words(`page ${page}`, cell.style)];
            const draw = () => canvas.lines(shown, x + cell.x, y + padding, cell.width, cell.style, cell.align);
            return {
              draw,
              ...(cell.head === true ? { head: "Row" as const } : {}),
              ...(cell.section === undefined
                ? {}
                : {
                    link: {
                      destination: cell.section,
                      words: "Section of this report",
                      box: [x + cell.x, y, cell.width, height] as const,
                    },
                  }),
            };
          }),
        );
        structure.artifact(() => {
          if (index === 0) canvas.rule(x, y, layout.width, openRule);
          canvas.rule(x, y + height - 0.25, layout.width, rowRule);
        });
      },
    };
  });
}

/** Lays out control totals as lines that tie. */
export function totalsStrips(layout: Layout, block: TotalsBlock): readonly Strip[] {
  const label = 82;
  const total = 56;
  const equals = 16;
  const state = 34;
  const rows = block.lines.map((line): RowCell[] => {
    const parts = line.parts.map((part) => `${formatCount(part.value)} ${part.label}`).join(" + ");
    const sum = line.parts.reduce((value, part) => value + part.value, 0);
    const off = Math.abs(line.total - sum);
    return [
      { x: 0, width: label - 6, text: [{ kind: "strong", text: line.label }], style: textStyles.cell, head: true },
      { x: label, width: total, text: plainText(formatCount(line.total)), style: textStyles.cell, align: "right" },
      { x: label + total + 6, width: equals - 6, text: plainText(line.ties ? "=" : "≠"), style: textStyles.cell },
      {
        x: label + total + equals + 4,
        width: layout.width - label - total - equals - 4 - state,
        text: plainText(parts === "" ? "none" : parts),
        style: textStyles.cell,
      },
      {
        x: layout.width - state,
        width: state,
        text: plainText(line.ties ? "ties" : `${formatCount(off)} off`),
        style: line.ties
          ? { ...textStyles.cell, colour: palette.ink2 }
          : { ...textStyles.cell, face: "semibold", colour: palette.exceptions },
        align: "right",
      },
    ];
  });
  return rowStrips(layout, rows, "Control totals: each total with the parts that add up to it.", 2.8);
}

/** Lays out terms and what they stand for. */
export function factsStrips(layout: Layout, block: FactsBlock): readonly Strip[] {
  const numbered = block.facts.some((fact) => fact.number !== undefined);
  const number = numbered ? 18 : 0;
  const label = 92;
  const page = block.facts.some((fact) => fact.section !== undefined) ? 40 : 0;
  const value = layout.width - number - label - page;
  const rows = block.facts.map((fact): RowCell[] => [
    ...(numbered
      ? [
          {
            x: 0,
            width: number,
            text: plainText(fact.number ?? ""),
            style: { ...textStyles.cell, colour: palette.ink3 },
          },
        ]
      : []),
    { x: number, width: label - 8, text: [{ kind: "strong", text: fact.label }], style: textStyles.cell, head: true },
    { x: number + label, width: value - 8, text: fact.value, style: textStyles.cell },
    ...(fact.section === undefined
      ? []
      : [
          {
            x: layout.width - page,
            width: page,
            text: [],
            style: textStyles.page,
            align: "right" as const,
            section: fact.section,
          },
        ]),
  ]);
  return rowStrips(layout, rows, "Terms and what they stand for.", block.dense === true ? 2.2 : 4);
}

function plainText(text: string): Text {
  return [{ kind: "plain", text }];
}
