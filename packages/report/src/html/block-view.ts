import type { Block, ChangeLine, RegisterBlock, TableBlock, TableCell } from "../document/report-document.js";
import { textOf } from "../document/text.js";
import { statusWords } from "../document/words/controls.js";
import { formatCount } from "../document/words/count.js";
import { actorBarsView } from "./charts/actor-bars.js";
import { coverageRibbonView } from "./charts/coverage-ribbon.js";
import { ladderView } from "./charts/ladder.js";
import { namespaceMatrixView } from "./charts/namespace-matrix.js";
import { timelineView } from "./charts/timeline.js";
import type { RegisterView } from "./register-view.js";
import { barView, marksView } from "./charts/cell-picture.js";
import { columnWidth } from "./coordinates.js";
import { textView } from "./text-view.js";

/** The names of the templates in `templates/blocks`, by kind of block. */
const blockNames = {
  heading: "heading",
  paragraph: "paragraph",
  "status-figures": "statusFigures",
  "key-figures": "keyFigures",
  facts: "facts",
  code: "code",
  table: "table",
  totals: "totals",
  "coverage-ribbon": "coverageRibbon",
  "actor-bars": "actorBars",
  "namespace-matrix": "namespaceMatrix",
  timeline: "timeline",
  changes: "changes",
  ladder: "ladder",
  signatures: "signatures",
  register: "register",
} as const satisfies Readonly<Record<Block["kind"], string>>;

/** A block for the templates: exactly one of the fields is not null, so that the template needs no comparison. */
export type BlockView = Readonly<Record<(typeof blockNames)[Block["kind"]], object | null>>;

const emptyBlock = Object.fromEntries(Object.values(blockNames).map((name) => [name, null])) as BlockView;

/** Where a cell can link to. */
export interface LinkTargets {
  /** The numbers of the sections by id. */
  readonly sections: ReadonlyMap<string, string>;
  /** The rows that the page holds, by their anchors. */
  readonly rows: ReadonlySet<string>;
}

/** Gives the element that a cell links to: its row where the page holds it, else its section; null for no link. */
export function linkOf({ anchor, section }: TableCell, { rows }: LinkTargets): string | null {
  return anchor !== undefined && rows.has(anchor) ? anchor : (section ?? null);
}

/** Turns a block into what the templates draw; `registers` were read from the rows before. */
export function blockView(
  block: Block,
  registers: ReadonlyMap<RegisterBlock, RegisterView>,
  links: LinkTargets,
): BlockView {
  return { ...emptyBlock, [blockNames[block.kind]]: contentOf(block, registers, links) };
}

function contentOf(
  block: Block,
  registers: ReadonlyMap<RegisterBlock, RegisterView>,
  links: LinkTargets,
): object | null {
  switch (block.kind) {
    case "heading":
      return { text: block.text, note: block.note === undefined ? null : textView(block.note) };
    case "paragraph":
      return { text: textView(block.text), status: block.status ?? null, quoted: block.quoted === true };
    case "status-figures":
      return { figures: block.figures.map(statusFigureView) };
    case "key-figures":
      return { figures: block.figures };
    case "facts":
      return { facts: block.facts.map(factView) };
    case "code":
      return { lines: block.lines };
    case "table":
      return tableView(block, links);
    case "totals":
      return { lines: block.lines.map(totalsLineView) };
    case "coverage-ribbon":
      return coverageRibbonView(block);
    case "actor-bars":
      return actorBarsView(block);
    case "namespace-matrix":
      return namespaceMatrixView(block);
    case "timeline":
      return timelineView(block);
    case "changes":
      return { entries: block.entries.map(changeView) };
    case "ladder":
      return ladderView(block);
    case "signatures":
      return { entries: block.entries.map(signatureView) };
    case "register":
      return registers.get(block) ?? null;
  }
}

type Part<Kind extends Block["kind"], List extends string> =
  Extract<Block, { kind: Kind }> extends Readonly<Record<List, readonly (infer Item)[]>> ? Item : never;

/** More shapes than this in a row say no more than the number above them. */
const mostShapes = 12;

function statusFigureView(figure: Part<"status-figures", "figures">): object {
  return {
    status: figure.status,
    word: statusWords[figure.status],
    count: formatCount(figure.count),
    shapes: Array.from({ length: Math.min(figure.count, mostShapes) }, () => figure.status),
    note: figure.note,
    controls: figure.controls,
  };
}

function factView(fact: Part<"facts", "facts">): object {
  return {
    number: fact.number ?? null,
    label: fact.label,
    value: textView(fact.value),
    section: fact.section ?? null,
  };
}

function totalsLineView(line: Part<"totals", "lines">): object {
  return {
    label: line.label,
    total: formatCount(line.total),
    sum:
      line.parts.length === 0 ? null : line.parts.map((part) => `${formatCount(part.value)} ${part.label}`).join(" + "),
    ties: line.ties,
  };
}

function changeView(entry: Part<"changes", "entries">): object {
  return {
    letter: entry.letter,
    time: entry.time,
    actor: textView(entry.actor),
    headline: textView(entry.headline),
    object: textView(entry.object),
    before: sideView(entry.before, "no such object", "removed"),
    after: sideView(entry.after, "the object is gone", "added"),
    state: entry.state,
  };
}

function signatureView(entry: Part<"signatures", "entries">): object {
  return {
    step: entry.step,
    statement: textView(entry.statement),
    fields: [
      { label: "Name", value: textView(entry.name) },
      { label: "Role", value: textView(entry.role) },
      { label: "Date", value: textView(entry.date) },
      { label: "Signature", value: [] },
    ],
  };
}

function sideView(lines: readonly ChangeLine[] | null, empty: string, change: "added" | "removed"): object {
  const absent = lines === null ? "not recorded" : lines.length === 0 ? empty : null;
  return {
    absent,
    lines: (lines ?? []).map((line) => ({
      text: textView(line.text),
      added: line.changed && change === "added",
      removed: line.changed && change === "removed",
    })),
  };
}

function tableView(block: TableBlock, links: LinkTargets): object {
  const last = block.rows.length - 1;
  return {
    description: block.description,
    dense: block.dense === true,
    columns: block.columns.map((column) => ({
      head: column.head,
      right: column.align === "right",
      width: columnWidth(column.share),
    })),
    rows: block.rows.map((row, index) => ({
      anchor: block.anchors?.[index] ?? null,
      total: block.hasTotal === true && index === last,
      cells: row.map((cell, column) => {
        const text = textOf(cell.text);
        const linked = cell.section !== undefined && text === "";
        const classes = [
          block.columns[column]?.align === "right" ? "right" : "",
          text === "" && cell.section === undefined && cell.status === undefined ? "empty" : "",
        ];
        return {
          head: block.columns[column]?.head ?? "",
          className: classes.filter((name) => name !== "").join(" "),
          status: cell.status ?? null,
          severity: cell.severity ?? null,
          section: linkOf(cell, links),
          linkLabel: linked ? (links.sections.get(cell.section ?? "") ?? "see") : null,
          marks: cell.picture?.kind === "marks" ? marksView(cell.picture.marks) : null,
          bar: cell.picture?.kind === "bar" ? barView(cell.picture.share) : null,
          text: textView(cell.text),
          detail: cell.detail === undefined ? null : textView(cell.detail),
        };
      }),
    })),
  };
}
