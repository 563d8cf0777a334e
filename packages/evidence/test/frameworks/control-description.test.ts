import { frameworkById, parseFramework } from "@kaudit/controls";
import { describe, expect, test } from "vitest";
import { controlDescription } from "../../src/frameworks/control-description.js";
import type { JudgedGate } from "../../src/frameworks/control-description.js";
import { linkedExceptions } from "../../src/frameworks/linked-exceptions.js";
import type { ExceptionInBundle } from "../../src/index.js";

const soc2 = frameworkById("soc2");
function criterion(id: string) {
  const found = soc2.controls.find((control) => control.id === id);
  if (found === undefined) throw new Error(id);
  return found;
}

function exception(number: number, fields: Partial<ExceptionInBundle> = {}): ExceptionInBundle {
  return {
    id: `KX-012-${number}`,
    rule: "KX-012",
    title: "A shell",
    sentence: "bob opened a shell.",
    severity: "high",
    raisedByScope: false,
    cluster: "prod",
    register: "sessions",
    actor: "bob",
    actorKind: "human",
    impersonated: "",
    namespace: "payments",
    subject: "pods/payments/db",
    key: [["actor", "bob"]],
    count: 1,
    first: "2026-10-14T09:00:01.000000Z",
    last: "2026-10-14T09:00:01.000000Z",
    rowIds: [],
    rowIdsCapped: false,
    controls: { soc2: ["CC6.1"] },
    approved: 0,
    approvals: [],
    disposition: null,
    state: "open",
    remedy: "Ask bob.",
    ...fields,
  };
}

const holding: JudgedGate[] = ["G1", "G2", "G3", "G4", "G5", "G6", "G7"].map((id) => ({
  id,
  result: "holds",
  registers: ["secrets", "sessions", "authentication", "authorization"].map((register) => ({
    register,
    result: "holds",
  })),
}));

describe("controlDescription", () => {
  test("carries the catalogue's words and each limit, also as sentences", () => {
    for (const control of soc2.controls) {
      const described = controlDescription(control, soc2, [], []);
      expect(described).toMatchObject({
        id: control.id,
        title: control.title,
        summary: control.summary,
        tested: control.tested,
        criteria: control.criteria,
        askFor: control.limits,
        retention: soc2.retention,
        source: soc2.source,
      });
      for (const { missing, askFor } of control.limits)
        expect(described.limits).toContain(`Not in this source: ${missing}. Ask for: ${askFor}.`);
    }
  });

  test("has the words of a rule only where the framework quotes one", () => {
    const hipaa = frameworkById("hipaa");
    const described = hipaa.controls.map((control) => controlDescription(control, hipaa, [], []));
    expect(described.find(({ id }) => id === "164.312(b)")).toMatchObject({
      requirement: "required",
      ruleText: expect.stringMatching(/^Implement hardware, software, and\/or procedural mechanisms/) as unknown,
    });
    expect(described.find(({ id }) => id === "164.312(e)(1)")).toMatchObject({ requirement: null, ruleText: null });
    expect(controlDescription(criterion("CC6.1"), soc2, [], [])).toMatchObject({ requirement: null, ruleText: null });
  });

  test("counts exceptions whose rule names the control, open ones first", () => {
    const exceptions = [
      exception(1, { state: "closed" }),
      exception(2),
      exception(3, { controls: { soc2: ["CC6.3"] } }),
      exception(4, { controls: { hipaa: ["CC6.1"] } }),
    ];
    expect(controlDescription(criterion("CC6.1"), soc2, exceptions, []).exceptions).toEqual({
      open: 1,
      closed: 1,
      ids: ["KX-012-2", "KX-012-1"],
    });
  });

  test("names no more than 25 exceptions and counts all", () => {
    const many = Array.from({ length: 1000 }, (_, index) => exception(index));
    const { exceptions } = controlDescription(criterion("CC6.1"), soc2, many, []);
    expect(exceptions.open).toBe(1000);
    expect(exceptions.ids).toHaveLength(25);
  });

  test("shows the gates that its populations have to pass, each with the worst of its results", () => {
    const [g1, ...others] = holding;
    const failing = {
      ...g1,
      id: "G1",
      result: "fails",
      registers: [
        { register: "sessions", result: "fails" },
        { register: "secrets", result: "holds" },
      ],
    } as const;
    expect(controlDescription(criterion("CC6.1"), soc2, [], [failing, ...others]).gates).toEqual([
      { id: "G1", result: "fails" },
      { id: "G2", result: "holds" },
      { id: "G3", result: "holds" },
      { id: "G4", result: "holds" },
      { id: "G5", result: "holds" },
    ]);
    // Of no concern to a control that tests other registers only.
    const elsewhere = { ...failing, registers: [{ register: "rbac", result: "fails" }] } as const;
    const deletions = controlDescription(criterion("C1.2"), soc2, [], [elsewhere, ...others]);
    expect(deletions.gates[0]).toEqual({ id: "G1", result: "fails" });
    const secrets = controlDescription(criterion("C1.1"), soc2, [], [failing, ...others]);
    expect(secrets.gates[0]).toEqual({ id: "G1", result: "holds" });
  });

  test("shows the gates that it asks about, and none for what lies outside", () => {
    expect(controlDescription(criterion("CC2.1"), soc2, [], holding).gates.map(({ id }) => id)).toEqual([
      "G1",
      "G2",
      "G3",
      "G5",
    ]);
    expect(controlDescription(criterion("CC7.4"), soc2, [], holding).gates).toEqual([]);
    expect(controlDescription(criterion("CC4.1"), soc2, [], []).gates).toEqual([{ id: "G7", result: "not-evaluated" }]);
  });
});

describe("linkedExceptions", () => {
  const chosen = { definition: soc2, given: null };
  const link = (fields: Partial<ExceptionInBundle>, categories: readonly string[] = []) =>
    linkedExceptions([exception(1, fields)], [chosen], categories)[0]?.controls;

  test("adds the controls that name the rule themselves, or all rules", () => {
    expect(link({ rule: "KX-031", controls: { soc2: ["CC8.1"] } })).toEqual({ soc2: ["CC6.8", "CC7.3", "CC8.1"] });
    expect(link({ rule: "OURS-1", controls: {} })).toEqual({ soc2: ["CC7.3"] });
  });

  test("leaves out what is not in scope, and keeps frameworks that are not reported", () => {
    const controls = { soc2: ["CC6.1", "C1.1"], hipaa: ["164.312(b)"] };
    expect(link({ rule: "KX-099", controls })).toEqual({ soc2: ["CC6.1", "CC7.3"], hipaa: ["164.312(b)"] });
    expect(link({ rule: "KX-099", controls }, ["confidentiality"])?.["soc2"]).toEqual(["CC6.1", "CC7.3", "C1.1"]);
  });

  test("a framework called like a property of every object has no controls by that", () => {
    const named = { definition: parseFramework({ ...soc2, id: "constructor" }), given: null };
    const [linked] = linkedExceptions([exception(1)], [named], []);
    expect(linked?.controls["constructor"]).toEqual(["CC7.3"]);
    if (linked === undefined) throw new Error("none");
    expect(controlDescription(criterion("CC6.1"), named.definition, [linked], []).exceptions.open).toBe(0);
  });
});
