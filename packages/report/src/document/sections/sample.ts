import type { EvidenceBundle, RegisterRow } from "@kaudit/evidence";
import type { ReportInput } from "../../report-input.js";
import { actorText } from "../actors.js";
import { registerLabel, registerSection } from "../register-names.js";
import type { Block, Text } from "../report-document.js";
import { cell, column, logCell, targetText, unbrokenColumn, verbCell, wordCell } from "../row-cells.js";
import { absent, code, outsideText, plain, strong } from "../text.js";
import { counted, formatCount } from "../words/count.js";
import { formatHash } from "../words/hash.js";
import { timeColumn } from "../words/period.js";
import type { SectionContent } from "./section-content.js";

type Population = EvidenceBundle["sample"]["populations"][number];

/** Drawn rows that are printed of one population; more stand in bundle.json. */
const mostPrinted = 25;

/** Builds the section on populations and samples: sizes, seed, rule, and the rows that were drawn. */
export async function sampleSection({ evidence }: ReportInput): Promise<SectionContent> {
  const { bundle } = evidence;
  const { sample } = bundle;
  const drawn = sample.populations.filter(({ selected }) => selected.length > 0);
  const blocks: Block[] = [rule(bundle), ...populations(sample.populations)];
  for (const population of drawn) {
    const rows = await printedRows(evidence.rows(population.register), population);
    blocks.push(...drawnRows(bundle, population, rows));
  }
  const rows = drawn.reduce((sum, { selected }) => sum + selected.length, 0);
  return {
    id: "sample",
    shortTitle: "Population and sample",
    title:
      rows === 0
        ? "There was no row to draw a sample from"
        : `${counted(rows, "row")} of ${counted(drawn.length, "population")} ${rows === 1 ? "was" : "were"} drawn by a rule that anybody can repeat`,
    standfirst:
      "A population is a whole register. The rows to test are drawn from it without a choice: whoever has the register's " +
      "file can draw the same ones.",
    blocks,
  };
}

function rule({ sample }: EvidenceBundle): Block {
  const share = sample.size.endsWith("%");
  return {
    kind: "facts",
    facts: [
      {
        label: "Size",
        value: [plain(`${sample.size}${share ? "" : " rows"} of each population; all where there are not more.`)],
      },
      {
        label: "Seed",
        value: [
          ...outsideText(sample.seed, 200),
          plain(
            sample.seedBasis === "given"
              ? " (given for this run)"
              : " (fixed by period and cluster, so that nobody can try seeds until a sample suits)",
          ),
        ],
      },
      {
        label: "Rule",
        value: [
          plain("Each row's rank is the SHA-256 of "),
          code("seed|population hash|row id"),
          plain(", in hexadecimal; rows are drawn by ascending rank. The next five stand by."),
        ],
      },
      {
        label: "Do it again",
        value: [
          code("printf '%s' 'seed|population hash|row id' | sha256sum"),
          plain(" for each value of the column rowId, then sort."),
        ],
      },
    ],
  };
}

function populations(all: readonly Population[]): readonly Block[] {
  if (all.length === 0) return [];
  return [
    {
      kind: "heading",
      text: "The populations",
      note: [
        plain("The hash is the SHA-256 of the register's file; the first 64 bits are printed, bundle.json has all."),
      ],
    },
    {
      kind: "table",
      description: "Each population with its rows, its hash, and how many rows were drawn and stand by.",
      dense: true,
      columns: [
        column("population", "Population", 0.36),
        column("rows", "Rows", 0.11, "right"),
        unbrokenColumn("sha256", "Population hash, first 16", 0.26),
        column("drawn", "Drawn", 0.1, "right"),
        column("replacements", "Stand by", 0.1, "right"),
        { ...column("section", "Section", 0.07, "right"), paperHead: "Page" },
      ],
      rows: all.map(({ register, rows, populationSha256, selected, replacements }) => [
        wordCell(registerLabel(register)),
        wordCell(formatCount(rows)),
        cell([code(formatHash(populationSha256))]),
        wordCell(formatCount(selected.length)),
        wordCell(formatCount(replacements.length)),
        { text: [], section: registerSection(register) },
      ]),
    },
  ];
}

/** Reads a register once and keeps the rows that are printed. */
async function printedRows(
  rows: AsyncIterable<RegisterRow>,
  { selected, replacements }: Population,
): Promise<ReadonlyMap<string, RegisterRow>> {
  const wanted = new Set([...selected.slice(0, mostPrinted), ...replacements]);
  const found = new Map<string, RegisterRow>();
  for await (const row of rows) if (wanted.has(row.rowId)) found.set(row.rowId, row);
  return found;
}

/** What all ids of a register begin with: it is told once, so that three of them stand side by side. */
function commonPrefix(register: string, ids: readonly string[]): string {
  const prefix = `${register}-`;
  return ids.every((id) => id.startsWith(prefix)) ? prefix : "";
}

function begins(prefix: string): Text {
  return prefix === "" ? [] : [plain(" Each id begins with "), code(prefix), plain(".")];
}

function drawnRows(
  bundle: EvidenceBundle,
  { register, selected, replacements }: Population,
  rows: ReadonlyMap<string, RegisterRow>,
): readonly Block[] {
  const time = timeColumn(bundle.period);
  const printed = selected.slice(0, mostPrinted);
  const stand = replacements.length === 0 ? "" : ` R1 to R${replacements.length} stand by, in this order.`;
  const which =
    printed.length === selected.length
      ? selected.length === 1
        ? "The one row"
        : `All ${formatCount(selected.length)} rows`
      : `First ${formatCount(printed.length)} of ${formatCount(selected.length)} rows`;
  const rest =
    printed.length === selected.length ? "" : "; all ids are in the workbook, sheet sample, and in bundle.json";
  const prefix = commonPrefix(register, [...selected, ...replacements]);
  const line = (id: string, place: string) => {
    const row = rows.get(id);
    const known = row === undefined ? null : row;
    return [
      wordCell(place),
      cell([code(id.slice(prefix.length))]),
      known === null ? { text: [absent("not known")] } : logCell(time.format(known.time)),
      cell(known === null ? [] : actorText(known.actor)),
      known === null ? wordCell("") : verbCell(known),
      cell(known === null ? [] : targetText(known)),
    ];
  };
  return [
    {
      kind: "heading",
      text: `Drawn from: ${registerLabel(register)}`,
      note: [
        strong(which),
        plain(` by rank${rest}.${stand}`),
        ...begins(prefix),
        plain(" Paper has rank, id and time; the web page also who did what."),
      ],
    },
    {
      kind: "table",
      dense: true,
      onPaper: { columns: ["rank", "rowId", "time"], across: 3 },
      description: `Rows drawn from the register ${register}, and those that stand by.`,
      columns: [
        unbrokenColumn("rank", "Rank", 0.06),
        unbrokenColumn("rowId", "Row id", 0.24),
        { ...unbrokenColumn("time", time.head, 0.14), paperHead: "Time" },
        column("actor", "Who", 0.2),
        column("verb", "Action", 0.1),
        column("object", "On what", 0.26),
      ],
      rows: [
        ...printed.map((id, index) => line(id, String(index + 1))),
        ...replacements.map((id, index) => line(id, `R${index + 1}`)),
      ],
    },
  ];
}
