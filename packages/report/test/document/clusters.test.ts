import type { Evidence, EvidenceBundle } from "@kaudit/evidence";
import { describe, expect, test } from "vitest";
import { buildReportDocument } from "../../src/document/build-report-document.js";
import type { ReportDocument, TableBlock } from "../../src/document/report-document.js";
import { textOf } from "../../src/document/text.js";
import { evidenceOf } from "../fixtures/evidence-of.js";
import { secretsRow } from "../fixtures/sample-rows.js";

/** Evidence of so many clusters; only the first one has a gap. */
function evidenceOfClusters(count: number, nameOf: (n: number) => string): Evidence {
  const names = Array.from({ length: count }, (_, n) => nameOf(n + 1));
  const evidence = evidenceOf({ rows: { secrets: names.map((cluster) => secretsRow({ cluster })) } });
  const { bundle } = evidence;
  const [server] = bundle.coverage;
  if (server === undefined) throw new Error("no server");
  const changes: Partial<EvidenceBundle> = {
    cluster: { name: "", basis: "several" },
    clusters: names.map((name) => ({ name, basis: "option", apiServers: 1, events: 1, rows: { secrets: 1 } })),
    coverage: names.map((cluster) => ({ ...server, cluster })),
    gates: bundle.gates.map((gate) => ({
      ...gate,
      registers: names.flatMap((cluster, n) =>
        gate.registers.map((one) =>
          n === 0 && gate.id === "G2"
            ? { ...one, cluster, result: "fails" as const, reasons: ["A night is missing."] }
            : { ...one, cluster },
        ),
      ),
      ...(gate.id === "G2" ? { result: "fails" as const } : {}),
    })),
  };
  return { ...evidence, bundle: { ...bundle, ...changes } };
}

function build(evidence: Evidence): Promise<ReportDocument> {
  return buildReportDocument({ evidence, frameworkId: "soc2", evidenceId: "7f3a9c41e07d52b8".repeat(4) });
}

/** The cells of a table that has a column of this key, as texts. */
function tableWith(document: ReportDocument, section: string, key: string): string[][] {
  const blocks = document.sections.find(({ id }) => id === section)?.blocks ?? [];
  const table = blocks.find(
    (block): block is TableBlock => block.kind === "table" && block.columns.some((column) => column.key === key),
  );
  return (table?.rows ?? []).map((row) => row.map((cell) => textOf(cell.text)));
}

describe("the report of twelve clusters", () => {
  const twelve = build(evidenceOfClusters(12, (n) => `prod-region-${n}`));

  test("names the first on the cover and counts them at the foot of pages", async () => {
    const document = await twelve;
    const fact = document.cover.facts.find(({ label }) => label === "Clusters");
    expect(textOf(fact?.value ?? [])).toMatch(
      /^12 clusters: prod-region-1, prod-region-2, prod-region-3, prod-region-4 and 8 more \(/,
    );
    expect(textOf(document.clusterName)).toBe("12 clusters");
  });

  test("gives the answer a line for each, the one with a failing gate first", async () => {
    const rows = tableWith(await twelve, "answer", "gates");
    expect(rows).toHaveLength(12);
    expect(rows[0]?.slice(0, 2)).toEqual(["prod-region-1", "1"]);
    expect(rows[0]?.[3]).toBe("G2 does not hold");
    expect(rows.slice(1).every(([, , , gates]) => gates === "hold")).toBe(true);
  });

  test("says of the gates which hold in which cluster, and whose reason it is", async () => {
    const gates = tableWith(await twelve, "reliance", "G2");
    expect(gates.map(([cluster, , g2]) => [cluster, g2]).slice(0, 2)).toEqual([
      ["prod-region-1", "does not hold"],
      ["prod-region-10", "holds"],
    ]);
    const reasons = tableWith(await twelve, "reliance", "why");
    expect(reasons.find(([gate]) => gate?.startsWith("G2"))?.[2]).toBe("prod-region-1: A night is missing.");
    // What is so in every cluster is said once, without their names.
    expect(reasons.find(([gate]) => gate?.startsWith("G6"))?.[2]).toBe("The scope is declared: nothing is known.");
  });

  test("gives each row of a register its cluster", async () => {
    const { sections } = await twelve;
    const register = sections.find(({ id }) => id === "secrets")?.blocks.find(({ kind }) => kind === "register");
    if (register?.kind !== "register") throw new Error("no register");
    const { columns, rows } = register.printed;
    const at = columns.findIndex(({ key }) => key === "cluster");
    expect(rows.map((row) => textOf(row[at]?.text ?? []))).toContain("prod-region-12");
    expect(columns.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1);
  });
});

test("long names are cut in the middle, and what cannot be seen in one is shown", async () => {
  const document = await build(
    evidenceOfClusters(2, (n) => `arn:aws:eks:eu-west-${n}:123456789012:cluster/${"payments-".repeat(9)}${n}`),
  );
  const fact = document.cover.facts.find(({ label }) => label === "Clusters");
  expect(textOf(fact?.value ?? [])).toMatch(
    /^2 clusters: arn:aws:eks:eu-west-1\S*…\S*payments-1, arn:aws:eks:eu-west-2\S*…\S*payments-2 \(/,
  );
  const hostile = await build(evidenceOfClusters(2, (n) => `prod\u202e${n}\u0007`));
  const shown = textOf(hostile.cover.facts.find(({ label }) => label === "Clusters")?.value ?? []);
  expect([..."\u202e\u0007"].filter((character) => shown.includes(character))).toEqual([]);
});
