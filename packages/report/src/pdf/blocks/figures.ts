import type { KeyFiguresBlock, StatusFiguresBlock } from "../../document/report-document.js";
import { statusWords } from "../../document/words/controls.js";
import { formatCount } from "../../document/words/count.js";
import { palette, statusColours } from "../palette.js";
import { drawStatusShape } from "../shapes.js";
import type { Layout, Strip } from "../strip.js";
import { textStyles, type TextStyle } from "../text/text-style.js";
import { wrapText } from "../text/wrap.js";

const columnGap = 14;
const shapeSize = 8;
const shapePitch = 12;
const mostShapes = 9;
const mostControlLines = 5;

/** Lays out the four status counts: figure, shapes, word, note and the controls. */
export function statusFiguresStrip(layout: Layout, block: StatusFiguresBlock): Strip {
  const width = (layout.width - columnGap * (block.figures.length - 1)) / block.figures.length;
  const columns = block.figures.map((figure) => {
    const word: TextStyle = { ...textStyles.statusWord, colour: statusColours[figure.status] };
    const controls = figure.controls.join("\u2002");
    return {
      figure,
      word,
      count: wrapText(
        layout.faces,
        [{ kind: "plain", text: formatCount(figure.count) }],
        textStyles.statusFigure,
        width,
      ),
      words: wrapText(layout.faces, [{ kind: "plain", text: statusWords[figure.status] }], word, width),
      note: wrapText(layout.faces, [{ kind: "plain", text: figure.note }], textStyles.keyLabel, width),
      controls: controls === "" ? [] : wrapControls(layout, figure.controls, width),
    };
  });
  const top = 6 + textStyles.statusFigure.leading + 4 + shapeSize + 6;
  const height = Math.max(
    ...columns.map(
      (column) =>
        top +
        column.words.length * column.word.leading +
        column.note.length * textStyles.keyLabel.leading +
        4 +
        column.controls.length * textStyles.note.leading,
    ),
  );
  return {
    height,
    gap: 6,
    paint: ({ canvas, structure }, x, y) => {
      columns.forEach((column, index) => {
        const at = x + index * (width + columnGap);
        const { status, count } = column.figure;
        structure.artifact(() => {
          canvas.rule(at, y + 1, width, { colour: statusColours[status], width: 2 });
          for (let shape = 0; shape < Math.min(count, mostShapes); shape += 1) {
            const shapeTop = y + 6 + textStyles.statusFigure.leading + 4;
            drawStatusShape(canvas, status, at + shape * shapePitch, shapeTop, shapeSize);
          }
        });
        structure.content("P", () => {
          canvas.lines(column.count, at - 0.5, y + 6, width, textStyles.statusFigure);
          let below = y + top;
          below += canvas.lines(column.words, at, below, width, column.word);
          below += canvas.lines(column.note, at, below, width, textStyles.keyLabel) + 4;
          canvas.lines(column.controls, at, below, width, textStyles.note);
        });
      });
    },
  };
}

/** The ids of controls, as many as five lines hold. */
function wrapControls(layout: Layout, controls: readonly string[], width: number) {
  const wrapped = (ids: readonly string[], rest: number) =>
    wrapText(
      layout.faces,
      [{ kind: "plain", text: ids.join("  ") + (rest > 0 ? `  and ${rest} more` : "") }],
      textStyles.note,
      width,
    );
  let shown = controls.length;
  while (shown > 1 && wrapped(controls.slice(0, shown), controls.length - shown).length > mostControlLines) shown -= 1;
  return wrapped(controls.slice(0, shown), controls.length - shown);
}

/** Lays out three to five figures in a row, each over its label. */
export function keyFiguresStrip(layout: Layout, block: KeyFiguresBlock): Strip {
  const width = layout.width / block.figures.length;
  const indent = 10;
  const columns = block.figures.map((figure, index) => {
    const inner = width - (index === 0 ? 0 : indent) - 8;
    return {
      value: wrapText(layout.faces, [{ kind: "plain", text: figure.value }], textStyles.keyFigure, inner),
      label: wrapText(layout.faces, [{ kind: "plain", text: figure.label }], textStyles.keyLabel, inner),
    };
  });
  const labels = Math.max(...columns.map((column) => column.label.length)) * textStyles.keyLabel.leading;
  const height = 8 + textStyles.keyFigure.leading + 3 + labels + 2;
  return {
    height,
    gap: 4,
    paint: ({ canvas, structure }, x, y) => {
      structure.artifact(() => {
        canvas.rule(x, y, layout.width, { colour: palette.ink, width: 0.75 });
        for (let index = 1; index < columns.length; index += 1) {
          canvas.segment(x + index * width, y + 0.5, x + index * width, y + height, {
            colour: palette.rule,
            width: 0.5,
          });
        }
      });
      columns.forEach((column, index) => {
        const at = x + index * width + (index === 0 ? 0 : indent);
        structure.content("P", () => {
          canvas.lines(column.value, at - 0.5, y + 8, width, textStyles.keyFigure);
          canvas.lines(column.label, at, y + 8 + textStyles.keyFigure.leading + 3, width, textStyles.keyLabel);
        });
      });
    },
  };
}
