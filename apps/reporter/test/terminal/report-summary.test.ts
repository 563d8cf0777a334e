import type { Control, EvidenceBundle } from "@kaudit/evidence";
import { describe, expect, test } from "vitest";
import { displayWidth } from "../../src/terminal/display-width.js";
import { reportSummary } from "../../src/terminal/report-summary.js";
import { createStyle } from "../../src/terminal/style.js";
import { exceptionOf } from "../review/hand-made-bundle.js";

function controls(counts: Readonly<Record<Control["status"], number>>): Pick<Control, "id" | "status">[] {
  return Object.entries(counts).flatMap(([status, count]) =>
    Array.from({ length: count }, (_, n) => ({ id: `${status}-${n}`, status: status as Control["status"] })),
  );
}

function register(
  name: EvidenceBundle["registers"][number]["name"],
  rows: number,
): EvidenceBundle["registers"][number] {
  return { name, rows, file: `registers/${name}.csv`, sha256: "", details: {} as never, summary: {} as never };
}

/** As much of a bundle as the summary reads. */
const bundle = {
  period: { from: "2026-10-01T00:00:00.000000Z", to: "2026-11-01T00:00:00.000000Z", label: "October 2026" },
  coverage: [
    { cluster: "prod-eu-1", complete: true, periodSeconds: 2_678_400, coveredSeconds: 2_678_400 },
    { cluster: "prod-eu-1", complete: true, periodSeconds: 2_678_400, coveredSeconds: 2_654_760 },
  ],
  totals: {
    records: 4_118_207,
    events: 4_118_204,
    rejected: 3,
    foreign: 0,
    unique: 4_117_962,
    duplicates: 242,
    insidePeriod: 4_117_000,
    outsidePeriod: 962,
  },
  registers: [
    register("secrets", 113),
    register("rbac", 189),
    register("sessions", 40),
    register("authentication", 8),
    register("authorization", 50),
    register("impersonation", 9),
    register("deletions", 1068),
  ],
  exceptions: [],
  frameworks: [
    {
      id: "soc2",
      name: "SOC 2",
      controls: controls({ "evidence-present": 5, exceptions: 8, "insufficient-evidence": 2, "outside-source": 12 }),
    },
  ],
} as unknown as EvidenceBundle;

const pack = { out: "/evidence/2026-10", files: 31, bytes: 8_400_000, evidenceId: "7f3a9c41e07d52b8".repeat(4) };

function summary(columns: number, environment: Readonly<Record<string, string>> = { LANG: "C.UTF-8" }): string {
  const style = createStyle({ isTerminal: false, columns, environment, platform: "linux" });
  return `\n${reportSummary(bundle, "prod-eu-1", pack, style)}`;
}

describe("reportSummary", () => {
  test("says on wide terminals everything in one line each", () => {
    expect(summary(120)).toMatchInlineSnapshot(`
      "
      October 2026, prod-eu-1, 2 API servers, log complete for 99.6% of the time

      SOC 2    5 ● evidence present   8 ▲ exceptions to resolve   2 ◧ insufficient evidence   12 ◌ outside this source

      rows    113 secrets   189 rbac   40 sessions   8 authentication   50 authorization   9 impersonation   1,068 deletions
      4,118,207 records = 4,118,204 events + 3 rejected + 0 foreign
      4,118,204 events = 4,117,962 unique + 242 duplicates
      4,117,962 unique = 4,117,000 inside the period + 962 outside
      wrote /evidence/2026-10 (31 files, 8.4 MB)  evidence id 7f3a9c41e07d52b8
      "
    `);
  });

  test("fits 80 columns", () => {
    expect(summary(80)).toMatchInlineSnapshot(`
      "
      October 2026, prod-eu-1, 2 API servers, log complete for 99.6% of the time

      SOC 2     5 ● evidence present
                8 ▲ exceptions to resolve
                2 ◧ insufficient evidence
               12 ◌ outside this source

      rows    113 secrets   189 rbac   40 sessions   8 authentication
              50 authorization   9 impersonation   1,068 deletions
      4,118,207 records = 4,118,204 events + 3 rejected + 0 foreign
      4,118,204 events = 4,117,962 unique + 242 duplicates
      4,117,962 unique = 4,117,000 inside the period + 962 outside
      wrote /evidence/2026-10 (31 files, 8.4 MB)  evidence id 7f3a9c41e07d52b8
      "
    `);
    for (const line of summary(80).split("\n")) expect(displayWidth(line)).toBeLessThanOrEqual(80);
  });

  test("uses ASCII shapes in an ASCII locale, and always the words", () => {
    const text = summary(120, {});
    expect(text).toContain(
      "5 * evidence present   8 ! exceptions to resolve   2 ? insufficient evidence   12 - outside this source",
    );
    expect(text).toMatch(/^[\n\x20-\x7e]*$/);
  });

  test("names the two most severe open exceptions, and where the others are", () => {
    const exceptions = [
      exceptionOf({ id: "KX-009-0a0a0a0a", rule: "KX-009", severity: "high", sentence: "Third in line." }),
      exceptionOf({ id: "KX-005-3f9a1b2c", rule: "KX-005", sentence: "mallory\u001b[2J was added to cluster-admin." }),
      exceptionOf({ id: "KX-001-ffffffff", rule: "KX-001", sentence: "Decided already.", state: "closed" }),
      exceptionOf({ id: "KX-002-91d4c0de", rule: "KX-002" }),
      exceptionOf({ id: "KX-011-0b0b0b0b", rule: "KX-011", severity: "low", sentence: "Fourth in line." }),
    ];
    const style = createStyle({ isTerminal: false, columns: 60, environment: { LANG: "C.UTF-8" }, platform: "linux" });
    const text = (count: number): string =>
      reportSummary({ ...bundle, exceptions: exceptions.slice(0, count) } as EvidenceBundle, "prod-eu-1", pack, style);
    expect(text(5)).toContain(`outside this source
  critical  KX-002-91d4c0de  bob listed the Secrets of every
                             namespace.
  critical  KX-005-3f9a1b2c  mallory\\x1b[2J was added to
                             cluster-admin.
  2 more: kaudit review /evidence/2026-10

rows `);
    expect(text(3)).not.toMatch(/ more: |Decided/);
  });

  test("does not claim that totals tie when they do not", () => {
    const wrong = { ...bundle, totals: { ...bundle.totals, rejected: 4 } };
    const style = createStyle({ isTerminal: false, environment: {}, platform: "linux" });
    expect(reportSummary(wrong, "prod-eu-1", pack, style)).toContain(
      "4,118,207 records do not equal 4,118,204 events + 4 rejected + 0 foreign (4,118,208)",
    );
  });
});
