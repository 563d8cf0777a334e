import { describe, expect, test } from "vitest";
import { decided, Dispositions, settleExceptions } from "../../src/index.js";
import type { DecidableException, Disposition } from "../../src/index.js";

const exception: DecidableException = {
  id: "KX-001-1a2b3c4d",
  actor: "bob",
  impersonated: "",
  count: 3,
  approved: 0,
  last: "2026-10-14T09:00:00.000000Z",
  disposition: null,
  state: "open",
};

const disposition: Disposition = { decision: "explained", by: "carol", at: "2026-11-02", ticket: "OPS-1", note: "" };

function settled(changed: Partial<DecidableException>, decision: Partial<Disposition> | null) {
  const decisions = new Map(decision === null ? [] : [[exception.id, { ...disposition, ...decision }]]);
  return settleExceptions([{ ...exception, ...changed }], decisions);
}

describe("settleExceptions", () => {
  test.each<[Disposition["decision"], "open" | "closed"]>([
    ["authorised", "closed"],
    ["explained", "closed"],
    ["false-positive", "closed"],
    ["incident", "open"],
  ])("%s leaves an exception %s", (decision, state) => {
    const { exceptions, stale } = settled({}, { decision });
    expect(exceptions).toMatchObject([{ state, disposition: { decision, by: "carol" } }]);
    expect(stale).toEqual([]);
  });

  test("an exception without a decision is open, unless approvals cover all of its requests", () => {
    expect(settled({}, null).exceptions).toMatchObject([{ state: "open", disposition: null }]);
    expect(settled({ approved: 2 }, null).exceptions).toMatchObject([{ state: "open" }]);
    expect(settled({ approved: 3 }, null).exceptions).toMatchObject([{ state: "closed" }]);
    expect(settled({ approved: 3 }, { decision: "incident" }).exceptions).toMatchObject([{ state: "open" }]);
    expect(settled({ count: 0 }, null).exceptions).toMatchObject([{ state: "open" }]);
  });

  test.each([
    ["2026-10-13", "older-than-requests"],
    ["2026-10-14T09:00:00Z", "older-than-requests"],
    ["2026-10-14T09:00:01Z", undefined],
    ["2026-10-14", undefined],
  ])("a decision of %s speaks only for what happened until then", (at, problem) => {
    const { exceptions, stale } = settled({}, { at });
    expect(exceptions).toMatchObject([{ state: problem === undefined ? "closed" : "open", disposition: { at } }]);
    expect(stale.map((one) => one.problem)).toEqual(problem === undefined ? [] : [problem]);
  });

  test.each([
    [{ actor: "bob" }, "Bob"],
    [{ actor: "oidc:bob@example.com" }, "bob"],
    [{ actor: "bob" }, "bob@example.com"],
    [{ actor: "kubernetes-admin", impersonated: "bob" }, "bob"],
  ])("a decision of %j by %s closes nothing: it is the actor's own", (changed, by) => {
    const { exceptions, stale } = settled(changed, { by });
    expect(exceptions).toMatchObject([{ state: "open", disposition: { by } }]);
    expect(stale).toEqual([
      { exception: exception.id, decision: "explained", by, at: "2026-11-02", problem: "by-its-actor" },
    ]);
  });

  test("somebody else's decision closes, whatever the names have in common", () => {
    expect(settled({ actor: "bob" }, { by: "bobby" }).exceptions).toMatchObject([{ state: "closed" }]);
    expect(settled({ actor: "system:serviceaccount:team-a:bob" }, { by: "bob" }).exceptions).toMatchObject([
      { state: "closed" },
    ]);
    expect(settled({ actor: "" }, { by: "carol" }).exceptions).toMatchObject([{ state: "closed" }]);
  });

  test("reports decisions about exceptions that do not exist, and keeps every exception", () => {
    const others = new Map([["KX-009-00000000", disposition]]);
    const { exceptions, stale } = settleExceptions([exception, { ...exception, id: "KX-002-ffffffff" }], others);
    expect(exceptions.map(({ id, state }) => [id, state])).toEqual([
      ["KX-001-1a2b3c4d", "open"],
      ["KX-002-ffffffff", "open"],
    ]);
    expect(stale).toMatchObject([{ exception: "KX-009-00000000", problem: "no-such-exception" }]);
  });

  test("is pure: what was given stays as it was", () => {
    const given = Object.freeze([Object.freeze({ ...exception })]);
    settleExceptions(given, new Map([[exception.id, disposition]]));
    expect(given).toEqual([exception]);
  });
});

function problemsOf(...dispositions: unknown[]): readonly string[] {
  const result = Dispositions.safeParse({ dispositions });
  return (result.error?.issues ?? []).map(({ path, message }) => `${path.slice(1).join(".")}: ${message}`);
}

describe("Dispositions", () => {
  const entry = { exception: "KX-001-1a2b3c4d", decision: "explained", by: "carol", at: "2026-11-02", note: "Known." };

  test("takes decisions, and entries of a template that wait for one", () => {
    const open = { exception: "KX-002-1a2b3c4d", decision: null, by: null, at: null, ticket: null, note: null };
    expect(problemsOf(entry, open, { exception: "KX-003-1a2b3c4d" })).toEqual([]);
    const file = Dispositions.parse({ dispositions: [entry, open] });
    expect([...decided(file).keys()]).toEqual(["KX-001-1a2b3c4d"]);
  });

  test.each([
    [{ ...entry, by: undefined }, "0.by: is empty; say who decided that it is explained"],
    [{ ...entry, at: null }, "0.at: is empty; say when it was decided to be explained"],
    [{ ...entry, note: undefined }, "0.note: is empty, and so is ticket; say why in one of them"],
    [
      { ...entry, decision: null },
      "0.decision: is empty, but somebody and a time are given; decide, or leave by and at empty",
    ],
    [{ ...entry, note: "  \n" }, "0.note: is empty; say something, or leave the field out"],
  ])("asks for what is missing: %#", (given, problem) => {
    expect(problemsOf(given)).toEqual([problem]);
  });

  test("refuses an unknown decision, a mangled id, and two decisions about one exception", () => {
    expect(problemsOf({ ...entry, decision: "fine" })[0]).toMatch(/^0\.decision: .*authorised/);
    expect(problemsOf({ ...entry, exception: "KX-001" })[0]).toMatch(/^0\.exception: expected the id/);
    expect(problemsOf(entry, entry)).toEqual([
      "1.exception: is decided in dispositions[0] as well; keep one of the two",
    ]);
  });
});
