import {
  anyAuditEvents,
  auditEvent,
  auditID,
  execOverWebSocket,
  human,
  instant,
  secretGet,
  secretList,
  serviceAccount,
} from "@kaudit/testkit";
import type { AuditEvent } from "@kaudit/schema";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { exceptionsFor, buildEvidence, openExceptionsFor } from "../../src/index.js";
import type { EvidenceBundle, EvidenceOptions } from "../../src/index.js";
import { plainReading } from "../support/event-reading.js";
import { builtOptions, gathered } from "../support/gathered.js";

const bundleOf = async (
  events: readonly AuditEvent[],
  options: Partial<EvidenceOptions> = {},
): Promise<EvidenceBundle> => (await gathered(events, options)).bundle;

const ofRule = (bundle: EvidenceBundle, rule: string): EvidenceBundle["exceptions"] =>
  bundle.exceptions.filter((one) => one.rule === rule);

const summaryOf = (bundle: EvidenceBundle, rule: string): unknown =>
  bundle.exceptionsSummary.rules.find(({ id }) => id === rule);

/** The bundle of events that lie in several files. */
async function bundleOfFiles(parts: readonly (readonly AuditEvent[])[]): Promise<EvidenceBundle> {
  const files = parts.map((events, i) => ({
    file: `audit-${i}.log`,
    bytes: Buffer.from(events.map((event) => `${JSON.stringify(event)}\n`).join("")),
  }));
  return (await buildEvidence(plainReading(files), builtOptions())).bundle;
}

/** Where a request has no row, and of findings, the place is the file's: it is left out. */
function withoutPlaces({ exceptions }: EvidenceBundle): unknown {
  return exceptions.map(({ sentence, ...rest }) => ({
    ...rest,
    rowIds: rest.rowIds.filter((id) => !id.includes(":")),
    sentence: sentence.replace(/audit-\d+\.log:\d+/, ""),
  }));
}

const busy = [
  ...secretGet({ n: 1, namespace: "payments" }),
  ...secretGet({ n: 2, namespace: "payments", name: "tls" }),
  ...secretList({ n: 3, namespace: "", user: human("mallory") }),
  ...execOverWebSocket({ n: 4, namespace: "payments", name: "pay" }),
  ...secretList({ n: 5, namespace: "team-a", user: serviceAccount("team-a", "robot") }),
];

describe("bundle.exceptions", () => {
  test("one exception has its sentence, rows, subject and controls", async () => {
    const bundle = await bundleOf(busy, { scope: { production: ["payments"] } });
    const [read, ...others] = ofRule(bundle, "KX-001");
    expect(others).toEqual([]);
    expect(read).toEqual({
      id: expect.stringMatching(/^KX-001-[0-9a-f]{8}$/),
      rule: "KX-001",
      title: "Person read a Secret in a namespace in scope",
      sentence: "alice read Secrets in namespace payments twice (db-cred and tls), on 2026-10-14 at 09:00 UTC.",
      severity: "high",
      raisedByScope: true,
      cluster: "prod-eu-1",
      register: "secrets",
      actor: "alice",
      actorKind: "human",
      impersonated: "",
      namespace: "payments",
      subject: "secrets/payments",
      key: [
        ["actor", "alice"],
        ["impersonated", ""],
        ["namespace", "payments"],
      ],
      count: 2,
      first: instant(1),
      last: instant(2),
      rowIds: [expect.stringMatching(/^secrets-[0-9a-f]{20}$/), expect.stringMatching(/^secrets-[0-9a-f]{20}$/)],
      rowIdsCapped: false,
      controls: expect.objectContaining({ soc2: ["CC6.1", "CC7.2"] }),
      approved: 0,
      approvals: [],
      disposition: null,
      state: "open",
      remedy: expect.stringMatching(/\.$/),
    });
    expect(bundle.exceptions.map(({ rule, severity }) => `${rule} ${severity}`)).toEqual([
      "KX-002 critical",
      "KX-013 critical",
      "KX-026 critical",
      "KX-001 high",
      "KX-002 high",
      "KX-012 high",
      "KX-028 high",
      "KX-020 medium",
    ]);
  });

  test("its rows are rows of the register", async () => {
    const evidence = await gathered(busy);
    const ids = new Set<string>();
    for await (const { rowId } of evidence.rows("secrets")) ids.add(rowId);
    for (const { rowIds } of ofRule(evidence.bundle, "KX-001"))
      for (const rowId of rowIds) expect(ids).toContain(rowId);
  });

  test("outside of a declared scope nothing is said; without a scope everything is tested, and the summary says so", async () => {
    const declared = await bundleOf(busy, { scope: { production: ["other"] } });
    expect(ofRule(declared, "KX-001")).toEqual([]);
    expect(summaryOf(declared, "KX-001")).toMatchObject({ evaluated: "yes", reason: "", exceptions: 0 });
    const undeclared = await bundleOf(busy);
    expect(ofRule(undeclared, "KX-001")).toMatchObject([{ severity: "medium", raisedByScope: false, count: 2 }]);
    expect(summaryOf(undeclared, "KX-001")).toMatchObject({ evaluated: "partly", exceptions: 1, requests: 2 });
  });

  test("10,000 equal requests are one exception", async () => {
    const events = Array.from({ length: 10_000 }, (_, i) => secretGet({ n: i + 1, at: i / 10 })[1] as AuditEvent);
    const [read] = ofRule(await bundleOf(events), "KX-001");
    expect(read).toMatchObject({ count: 10_000, rowIdsCapped: true });
    expect(read?.rowIds).toHaveLength(25);
  });

  test("ids and all else are the same whatever files the events are in, and in which order", async () => {
    const once = withoutPlaces(await bundleOfFiles([busy]));
    expect(once).not.toEqual([]);
    const split = fc.uniqueArray(fc.nat(busy.length - 1), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(split, fc.boolean(), async (cuts, reversed) => {
        const ends = [...cuts.toSorted((a, b) => a - b), busy.length];
        const parts = ends.map((end, i) => busy.slice(ends[i - 1] ?? 0, end)).filter((part) => part.length > 0);
        expect(withoutPlaces(await bundleOfFiles(reversed ? parts.toReversed() : parts))).toEqual(once);
      }),
      { numRuns: 15 },
    );
  });

  test("an approval closes an exception once it covers all its requests; nothing disappears", async () => {
    const approvals: NonNullable<EvidenceOptions["approvals"]> = {
      file: "approvals.yaml",
      sha256: "0".repeat(64),
      approvals: [
        {
          id: "A-1",
          who: { users: ["alice"] },
          what: { registers: ["secrets" as const] },
          where: { namespaces: ["payments"] },
          why: "rotation",
          ticket: "OPS-1",
          owner: "carol",
          approver: "dave",
          expires: "2027-01-01",
        },
      ],
    };
    const bundle = await bundleOf(busy, { approvals });
    const [read] = ofRule(bundle, "KX-001");
    expect(read).toMatchObject({ state: "closed", approved: 2, approvals: ["A-1"], count: 2 });
    expect(bundle.exceptionsSummary.byState.closed).toBeGreaterThan(0);
  });

  test("every rule switched off takes its exceptions away, and only these", async () => {
    const all = await bundleOf(busy);
    const rules = [...new Set(all.exceptions.map(({ rule }) => rule))];
    expect(rules.length).toBeGreaterThan(4);
    for (const rule of rules) {
      const less = await bundleOf(busy, { exceptions: { off: [rule] } });
      expect(less.exceptions).toEqual(all.exceptions.filter((one) => one.rule !== rule));
      expect(summaryOf(less, rule)).toMatchObject({
        evaluated: "no",
        reason: "It was switched off by the configuration.",
      });
    }
  });

  test("a rule of the user's own is evaluated like the others; another severity holds whatever the circumstances", async () => {
    const bundle = await bundleOf(busy, {
      scope: { production: ["payments"] },
      exceptions: {
        severity: { "KX-001": "low" },
        rules: [
          {
            id: "OURS-1",
            title: "Robot at work",
            severity: "low",
            when: { field: "actor", inList: "robots" },
            groupBy: ["actor"],
            sentence: "{actor} made {requests}.",
            controls: { ours: ["1.1"] },
          },
        ],
        lists: { robots: ["*:robot"] },
      },
    });
    expect(ofRule(bundle, "OURS-1")).toMatchObject([
      { sentence: "system:serviceaccount:team-a:robot made 1 request.", count: 1 },
    ]);
    expect(ofRule(bundle, "KX-001")).toMatchObject([{ severity: "low", raisedByScope: false }]);
    expect(openExceptionsFor("ours", "1.1", bundle.exceptions)).toEqual(ofRule(bundle, "OURS-1"));
  });

  test("a control has the exceptions that rules map to it", async () => {
    const { exceptions } = await bundleOf(busy);
    const { open, closed } = exceptionsFor("soc2", "CC7.2", exceptions);
    expect(closed).toEqual([]);
    expect([...new Set(open.map(({ rule }) => rule))]).toEqual(["KX-002", "KX-013", "KX-028", "KX-001", "KX-012"]);
    expect(openExceptionsFor("soc2", "CC9.9", exceptions)).toEqual([]);
    expect(openExceptionsFor("constructor", "CC6.1", exceptions)).toEqual([]);
  });

  test("what is found about the evidence itself becomes an exception", async () => {
    const bundle = await bundleOf(busy, {
      conditions: [
        { finding: "coverage-gap", about: "cp-1", detail: "2 h 5 min without an event", time: "2026-10-14T09:30:00Z" },
        { finding: "changed-input", about: "audit.log", detail: "its hash is another than in the last report" },
      ],
    });
    // The log of this test is short, so that the rest of its hour is a gap as well.
    const given = ofRule(bundle, "KX-028").filter(({ first }) => first === "2026-10-14T09:30:00Z");
    expect(given).toMatchObject([
      {
        register: null,
        subject: "cp-1",
        sentence: "the audit log of cp-1 has a gap: 2 h 5 min without an event.",
        rowIds: [],
      },
    ]);
    expect(ofRule(bundle, "KX-030")).toMatchObject([{ severity: "critical", subject: "audit.log" }]);
    expect(summaryOf(await bundleOf(busy), "KX-030")).toMatchObject({ evaluated: "no" });
  });

  test("requests outside of the period, and of a query for one register, are not evaluated", async () => {
    const late = await bundleOf(secretGet({ n: 1, at: 4000 }));
    expect(late.exceptions.filter(({ rule }) => rule !== "KX-028")).toEqual([]);
    const query = await bundleOf(busy, { registers: ["secrets"] });
    expect(query.exceptions).toEqual([]);
    expect(query.exceptionsSummary.rules).toEqual([]);
  });

  test("every request of a shared account counts, of whatever kind", async () => {
    const event = auditEvent({
      auditID: auditID(9),
      user: human("kubernetes-admin"),
      requestReceivedTimestamp: instant(9),
    });
    const bundle = await bundleOf([event]);
    expect(ofRule(bundle, "KX-019")).toMatchObject([{ count: 1, actor: "kubernetes-admin", rowIds: ["audit.log:0"] }]);
  });

  test("any log gives exceptions of the documented shape, and text that cannot act", async () => {
    const { EvidenceBundle: schema } = await import("../../src/index.js");
    await fc.assert(
      fc.asyncProperty(anyAuditEvents(), async (events) => {
        const bundle = await bundleOf(events, {
          period: { from: "1970-01-01T00:00:00Z", to: "9999-01-01T00:00:00Z", label: "all" },
        });
        schema.parse(bundle);
        for (const { sentence, subject } of bundle.exceptions)
          expect(sentence + subject).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
      }),
      { numRuns: 25 },
    );
  });
});
