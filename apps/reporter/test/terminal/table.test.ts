import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { displayWidth } from "../../src/terminal/display-width.js";
import { createStyle } from "../../src/terminal/style.js";
import { createTableMeasure, layOutTable, type TableColumn, tableHead, tableRow } from "../../src/terminal/table.js";

const style = createStyle({ isTerminal: false, environment: { LANG: "en_US.UTF-8" }, platform: "linux" });

const columns: readonly TableColumn[] = [
  { head: "Time, UTC", align: "left", mayCut: false, spare: 0 },
  { head: "Actor", align: "left", mayCut: true, spare: 0 },
  { head: "User agent", align: "left", mayCut: true, spare: 2 },
  { head: "Name", align: "left", mayCut: true, spare: 0 },
  { head: "Code", align: "right", mayCut: false, spare: 0 },
];

const rows = [
  ["2026-11-22 12:18:39", "alice", "kubectl/v1.36.4 (linux/amd64)", "db-cred", "200"],
  [
    "2026-11-22 12:18:40",
    "system:serviceaccount:external-secrets:external-secrets-operator",
    "kubectl",
    "a-rather-long-name-of-a-secret",
    "403",
  ],
];

function draw(width: number, wide = false): { readonly lines: readonly string[]; readonly leftOut: readonly string[] } {
  const measure = createTableMeasure(columns);
  for (const row of rows) measure.add(row);
  const layout = layOutTable(columns, measure.widths, width, wide);
  return {
    lines: [
      ...tableHead(columns, layout, style).split("\n"),
      ...rows.map((row) => tableRow(columns, layout, row, style)),
    ],
    leftOut: layout.leftOut,
  };
}

describe("a table", () => {
  test("cuts names in the middle, never times and counts, and fits its width", () => {
    expect(draw(100)).toMatchInlineSnapshot(`
      {
        "leftOut": [],
        "lines": [
          "Time, UTC            Actor                    User agent               Name                     Code",
          "────────────────────────────────────────────────────────────────────────────────────────────────────",
          "2026-11-22 12:18:39  alice                    kubectl/v1.…inux/amd64)  db-cred                   200",
          "2026-11-22 12:18:40  system:serv…ts-operator  kubectl                  a-rather-lo…of-a-secret   403",
        ],
      }
    `);
  });

  test("leaves out the most spare column where names would become too short", () => {
    expect(draw(58)).toMatchInlineSnapshot(`
      {
        "leftOut": [
          "User agent",
        ],
        "lines": [
          "Time, UTC            Actor            Name            Code",
          "──────────────────────────────────────────────────────────",
          "2026-11-22 12:18:39  alice            db-cred          200",
          "2026-11-22 12:18:40  system:…perator  a-rathe…secret   403",
        ],
      }
    `);
  });

  test("cuts and leaves out nothing when wide", () => {
    const { lines, leftOut } = draw(40, true);
    expect(leftOut).toEqual([]);
    for (const cell of rows.flat()) expect(lines.join("\n")).toContain(cell);
    expect(lines.join("\n")).not.toContain("…");
  });

  test("fits any width that its uncut columns leave room in", () => {
    const word = fc.string({ unit: fc.constantFrom("a", "雪", "é", "-", "🚀"), maxLength: 50 });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(word, word, word), { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 60, max: 140 }),
        (names, width) => {
          const measure = createTableMeasure(columns);
          const cells = names.map(([a, b, c]) => ["2026-11-22 12:18:39", a, b, c, "404"]);
          for (const row of cells) measure.add(row);
          const layout = layOutTable(columns, measure.widths, width, false);
          const lines = [
            ...tableHead(columns, layout, style).split("\n"),
            ...cells.map((row) => tableRow(columns, layout, row, style)),
          ];
          for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(width);
          for (const line of lines.slice(2)) expect(line).toMatch(/^2026-11-22 12:18:39 .*404$/u);
        },
      ),
    );
  });

  test("writes bold heads and one rule of the table's width", () => {
    const terminal = createStyle({ isTerminal: true, environment: { LANG: "C.UTF-8" }, platform: "linux" });
    const layout = layOutTable(columns.slice(0, 2), [19, 5], 100, false);
    expect(tableHead(columns.slice(0, 2), layout, terminal)).toBe(
      `\u001b[1mTime, UTC          \u001b[0m  \u001b[1mActor\u001b[0m\n${"─".repeat(26)}`,
    );
  });
});
