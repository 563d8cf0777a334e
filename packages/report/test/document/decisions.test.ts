import type { Evidence, EvidenceBundle } from "@kaudit/evidence";
import { hostileStrings } from "@kaudit/testkit";
import { describe, expect, test } from "vitest";
import { buildReportDocument } from "../../src/document/build-report-document.js";
import type { Block, ReportDocument, ReportSection } from "../../src/document/report-document.js";
import { textOf } from "../../src/document/text.js";
import { evidenceOf } from "../fixtures/evidence-of.js";
import { sampleRows, secretsRow } from "../fixtures/sample-rows.js";
import { ownStrings, sectionLines } from "../support/document-text.js";

type Exception = EvidenceBundle["exceptions"][number];

const evidenceId = "7f3a9c41e07d52b8".repeat(4);
const explained = {
  decision: "explained",
  by: "carol",
  at: "2026-11-02",
  ticket: "OPS-7",
  note: "Known job.",
} as const;

function exceptionOf(changed: Partial<Exception> = {}): Exception {
  return {
    id: "KX-002-91d4c0de",
    rule: "KX-002",
    title: "Secrets listed by a person",
    sentence: "bob listed the Secrets of every namespace.",
    severity: "critical",
    raisedByScope: false,
    cluster: "prod-eu-1",
    register: "secrets",
    actor: "bob",
    actorKind: "human",
    impersonated: "",
    namespace: "",
    subject: "secrets",
    key: [["actor", "bob"]],
    count: 3,
    first: "2026-10-14T09:00:00.000000Z",
    last: "2026-10-14T09:05:30.000000Z",
    rowIds: ["secrets-0001"],
    rowIdsCapped: false,
    controls: { soc2: ["CC6.1", "CC7.2"] },
    approved: 0,
    approvals: [],
    disposition: null,
    state: "open",
    remedy: "Ask for the reason.",
    ...changed,
  };
}

const approval: EvidenceBundle["approvals"][number] = {
  id: "AP-03",
  owner: "SRE lead",
  approver: "erin",
  ticket: "OPS-1",
  reason: "On-call reads credentials.",
  allows: "group sre: get secrets in namespace payments",
  from: "",
  expires: "2026-12-31",
  uses: 4,
  actors: 2,
  outsideValidity: 0,
  problems: [],
  state: "in-force",
};

const several: readonly Exception[] = [
  exceptionOf({ id: "KX-013-00000001", severity: "high", sentence: "dave opened a shell." }),
  exceptionOf(),
  exceptionOf({ id: "KX-001-00000002", severity: "high", approved: 3, approvals: ["AP-03"], state: "closed" }),
  exceptionOf({ id: "KX-001-00000003", severity: "medium", disposition: explained, state: "closed" }),
  exceptionOf({
    id: "KX-001-00000004",
    severity: "medium",
    disposition: { ...explained, decision: "false-positive" },
    state: "closed",
  }),
  exceptionOf({ id: "KX-001-00000005", severity: "high", disposition: { ...explained, decision: "incident" } }),
];

function withBundle(changes: Partial<EvidenceBundle>): Evidence {
  const evidence = evidenceOf({ rows: sampleRows });
  return { ...evidence, bundle: { ...evidence.bundle, ...changes } };
}

async function build(changes: Partial<EvidenceBundle>): Promise<ReportDocument> {
  return buildReportDocument({ evidence: withBundle(changes), frameworkId: "soc2", evidenceId });
}

function section(document: ReportDocument, id: string): ReportSection {
  const found = document.sections.find((candidate) => candidate.id === id);
  if (found === undefined) throw new Error(`no section ${id}`);
  return found;
}

function blocksOf<Kind extends Block["kind"]>(
  from: ReportSection,
  kind: Kind,
): readonly Extract<Block, { kind: Kind }>[] {
  return from.blocks.filter((block): block is Extract<Block, { kind: Kind }> => block.kind === kind);
}

async function titleOf(exceptions: readonly Exception[]): Promise<string> {
  return section(await build({ exceptions: [...exceptions] }), "exceptions").title;
}

describe("the section on exceptions", () => {
  test("leads from raised to open without losing one", async () => {
    const exceptions = section(await build({ exceptions: [...several], approvals: [approval] }), "exceptions");
    expect(exceptions.title).toBe("4 of 6 exceptions are decided; 2 wait, 1 of them critical");
    const [ladder] = blocksOf(exceptions, "ladder");
    expect(ladder?.severities).toEqual(["critical", "high", "medium"]);
    expect(ladder?.rows.map(({ label, start, count, figures }) => [label, start, count, figures])).toEqual([
      ["Raised", 0, 6, [1, 3, 2]],
      ["Authorised", 0, 1, [0, 1, 0]],
      ["Explained", 1, 1, [0, 0, 1]],
      ["False positive", 2, 1, [0, 0, 1]],
      ["Incident", 3, 1, [0, 1, 0]],
      ["Open", 4, 2, [1, 1, 0]],
    ]);
  });

  test("shows every exception, what is open by severity, and what closed the others", async () => {
    const lines = sectionLines(section(await build({ exceptions: [...several], approvals: [approval] }), "exceptions"));
    for (const { id } of several) expect(lines.filter((line) => line.includes(id))).toHaveLength(1);
    expect(lines).toContain(
      "critical | bob listed the Secrets of every namespace. (3 times, 2026-10-14 09:00:00 to 09:05:30) | KX-002-91d4c0de | CC6.1, CC7.2 | →secrets",
    );
    expect(lines.join("\n")).toContain("incident declared by carol, OPS-7");
    const audit = lines.slice(lines.indexOf("# What closed the others (suppression audit)"));
    expect(audit.slice(3, 6)).toEqual([
      "AP-03 | group sre: get secrets in namespace payments (On-call reads credentials. (OPS-1) Approved by erin.) | 1 | 4 | SRE lead | 2026-12-31 | in force",
      "DP | Single decisions, each with who decided and when | 2 |  |  |  | ",
      " | All closed | 3 |  |  |  | ",
    ]);
    expect(lines).toContain(
      "medium | bob listed the Secrets of every namespace. (3 times, 2026-10-14 09:00:00 to 09:05:30) | KX-001-00000003 | explained, OPS-7 (by carol, 2026-11-02: Known job.)",
    );
  });

  test("says what is wrong with approvals and decisions", async () => {
    const wide = {
      ...approval,
      id: "AP-9",
      owner: "",
      problems: ["ownerless", "too-wide"],
      state: "ownerless",
    } as const;
    const late = { ...approval, id: "AP-8", outsideValidity: 2, problems: ["expired"], state: "expired" } as const;
    const stale = { exception: "KX-030-0000ffff", decision: "explained", by: "bob", at: "2026-11-02" } as const;
    const document = await build({
      approvals: [
        { ...wide, problems: [...wide.problems] },
        { ...late, problems: [...late.problems] },
      ],
      decisions: {
        approvals: { file: "approvals.yaml", sha256: "ab".repeat(32), entries: 2 },
        dispositions: { file: "dispositions.yaml", sha256: "cd".repeat(32), entries: 1, undecided: 0 },
        stale: [{ ...stale, problem: "no-such-exception" }],
      },
    });
    const text = sectionLines(section(document, "exceptions")).join("\n");
    expect(text).toContain("| none named | 2026-12-31 | without owner, too wide");
    expect(text).toContain("| expired (2 requests outside its time)");
    expect(text).toContain("KX-030-0000ffff | explained | bob (2026-11-02) | no exception of this period has this id");
    const method = sectionLines(section(document, "method")).join("\n");
    expect(method).toContain("approvals.yaml, 2 approvals, SHA-256 abab abab abab abab");
    expect(method).toContain("dispositions.yaml, 1 disposition, SHA-256 cdcd cdcd cdcd cdcd");
    expect(method).toContain("No namespace was declared as in scope; the whole cluster is treated as in scope.");
  });

  test("has words for none, one and all", async () => {
    expect(await titleOf([])).toBe("No rule singled out a request or a state of the evidence");
    expect(await titleOf([exceptionOf({ severity: "high" })])).toBe("1 exception waits for a decision");
    expect(await titleOf(several.slice(2, 5))).toBe("All 3 exceptions are decided");
  });

  test("rules that could not look say so", async () => {
    const rule = {
      id: "KX-003",
      title: "Read outside the expected set",
      severity: "medium",
      exceptions: 0,
      requests: 0,
    } as const;
    const bundle = evidenceOf({ rows: sampleRows }).bundle;
    const exceptionsSummary = {
      ...bundle.exceptionsSummary,
      rules: [
        { ...rule, evaluated: "no" as const, reason: "No list was given." },
        { ...rule, id: "KX-001", evaluated: "yes" as const, reason: "" },
      ],
    };
    const text = sectionLines(section(await build({ exceptionsSummary }), "exceptions")).join("\n");
    expect(text).toContain("# 1 of 2 rules could not be applied, or only in part");
    expect(text).toContain("KX-003 | Read outside the expected set | no | No list was given.");
    expect(text).not.toContain("KX-001 |");
  });

  test("the answer names the five most serious that are open, instead of the registers", async () => {
    const [first] = several;
    if (first === undefined) throw new Error("no exception");
    const levels = ["low", "high", "critical", "high", "medium", "high", "critical"] as const;
    const many = levels.map((severity, index): Exception => ({
      ...first,
      id: `KX-900-0000000${index}`,
      severity,
      state: "open",
    }));
    const answer = section(await build({ exceptions: many }), "answer");
    const text = sectionLines(answer).join("\n");
    expect(text).toContain("7 exceptions are open: 2 critical, 3 high, 1 medium, 1 low");
    expect(text).toContain("First 5 of 7, most serious first.");
    expect([...text.matchAll(/KX-900-0000000(\d)/g)].map((match) => match[1])).toEqual(["2", "6", "1", "3", "5"]);
    expect(text).not.toContain("Not successful");
    const closed = section(await build({ exceptions: many.map((one) => ({ ...one, state: "closed" })) }), "answer");
    expect(sectionLines(closed).join("\n")).toContain("Not successful");
  });

  test("hundreds of exceptions are cut, and the number is told", async () => {
    const many = Array.from({ length: 300 }, (_, index) =>
      exceptionOf({ id: `KX-001-${String(index).padStart(8, "0")}` }),
    );
    const exceptions = section(await build({ exceptions: many }), "exceptions");
    expect(blocksOf(exceptions, "table")[0]?.rows).toHaveLength(25);
    expect(sectionLines(exceptions).join("\n")).toContain(
      "First 25 of 300 rows, most serious first; all are in the workbook, sheet exceptions, and in bundle.json.",
    );
  });

  test("text of others never becomes our own words", async () => {
    const hostile = hostileStrings.map(({ value }, index) =>
      exceptionOf({
        id: `KX-001-${index.toString(16).padStart(8, "0")}`,
        sentence: value,
        disposition: { ...explained, by: value, ticket: value, note: value },
        state: index % 2 === 0 ? "open" : "closed",
      }),
    );
    const signature = { name: hostileStrings[0]?.value ?? "", role: "<b>", date: "2026-11-02" };
    const strings = ownStrings(
      await build({
        exceptions: hostile,
        signOff: { prepared: null, reviewed: signature, approved: null, state: "draft", problems: [] },
      }),
    );
    for (const { value } of hostileStrings.filter((one) => one.value.length > 6))
      expect(strings.some((text) => text.includes(value))).toBe(false);
  });
});

describe("the section on samples", () => {
  test("prints seed, rule, hashes and the drawn rows by rank", async () => {
    const rows = [
      secretsRow({ rowId: "secrets-0001", actor: "alice" }),
      secretsRow({ rowId: "secrets-0002", actor: "bob" }),
    ];
    const evidence = evidenceOf({ rows: { secrets: rows } });
    const sample: EvidenceBundle["sample"] = {
      size: "1",
      seed: "audit 7",
      seedBasis: "given",
      populations: [
        {
          register: "secrets",
          populationSha256: "5f".repeat(32),
          rows: 2,
          selected: ["secrets-0002"],
          replacements: ["secrets-0001"],
        },
        { register: "rbac", populationSha256: "6f".repeat(32), rows: 0, selected: [], replacements: [] },
      ],
    };
    const document = await buildReportDocument({
      evidence: { ...evidence, bundle: { ...evidence.bundle, sample } },
      frameworkId: "soc2",
      evidenceId,
    });
    const drawn = section(document, "sample");
    expect(drawn.title).toBe("1 row of 1 population was drawn by a rule that anybody can repeat");
    const text = sectionLines(drawn).join("\n");
    expect(text).toContain("Seed: audit 7 (given for this run)");
    expect(text).toContain("Requests on Secrets | 2 | 5f5f 5f5f 5f5f 5f5f | 1 | 1 | →secrets");
    expect(text).toContain("Each id begins with secrets-.");
    expect(text).toMatch(/\n1 \| 0002 \| .* \| bob \| /);
    expect(text).toMatch(/\nR1 \| 0001 \| .* \| alice \| /);
    expect(text).not.toContain("Drawn from: Changes of access rights");
  });
});

describe("the sign-off", () => {
  const dana = { name: "Dana Reed", role: "Security lead", date: "2026-11-03" };
  const erin = { name: "Erin Vale", role: "Head of platform", date: "2026-11-04", statement: "Fine by me." };

  test("a report is a draft until it is reviewed and approved", async () => {
    const draft = await build({
      signOff: { prepared: null, reviewed: dana, approved: null, state: "draft", problems: [] },
    });
    expect(draft.state).toEqual({ label: "Draft: not signed off", short: "DRAFT" });
    expect(section(draft, "sign-off").title).toBe("The period is reviewed, and not approved yet");
    const signOff = { prepared: null, reviewed: dana, approved: erin, state: "final" as const, problems: [] };
    const final = await build({ signOff });
    expect(final.state).toEqual({ label: "", short: "" });
    const [block] = blocksOf(section(final, "sign-off"), "signatures");
    expect(block?.entries.map(({ step, name, statement }) => [step, textOf(name), textOf(statement)])).toEqual([
      ["Prepared", "", expect.stringContaining("changed nothing")],
      ["Reviewed", "Dana Reed", expect.stringContaining("I read the exceptions")],
      ["Approved", "Erin Vale", "Fine by me."],
    ]);
  });

  test("a reviewer who is an actor gets a sentence", async () => {
    const problems = [{ step: "reviewed" as const, problem: "by-an-actor" as const, actor: "dana" }];
    const document = await build({
      signOff: { prepared: null, reviewed: dana, approved: erin, state: "final", problems },
    });
    expect(sectionLines(section(document, "sign-off"))).toContain(
      "Reviewed by an actor: Dana Reed appears in the registers as dana. Somebody who did not act in the period has to do it.",
    );
  });
});
