import { auditEvent, auditID, human, instant, podDelete } from "@kaudit/testkit";
import type { AuditEvent } from "@kaudit/schema";
import { describe, expect, test } from "vitest";
import { createActorNames } from "../src/internal/findings.js";
import { rowList, rowText } from "../src/internal/row-text.js";
import { createAccessState } from "../src/rbac/access-state.js";
import { gathered, rowsIn } from "./support/gathered.js";

const at = (hours: number): AuditEvent =>
  auditEvent({ verb: "delete", auditID: auditID(hours), requestReceivedTimestamp: instant(hours * 3600) });

describe("caps", { timeout: 60_000 }, () => {
  test("a register's lists stop at 2,000 actors and say so; its rows and totals do not", async () => {
    const many = Array.from({ length: 2100 }, (_, n) => podDelete({ n, at: n / 10, user: human(`user-${n}`) })).flat();
    const { bundle } = await gathered(many);
    const entry = bundle.registers.find(({ name }) => name === "deletions");
    expect(entry?.rows).toBe(2100);
    expect(entry?.summary).toMatchObject({ capped: 2000, byOutcome: { success: 2100 }, byActorKind: { human: 2100 } });
    expect(entry?.summary.actors).toHaveLength(2000);
    expect(entry?.summary.overTime).toEqual([["2026-10-14T09:00:00Z", "human", 2100, 0]]);
    expect(bundle.findings).toMatchObject([
      { code: "capped", count: 1, places: ["register deletions: lists stop at 2000 different actors or namespaces"] },
    ]);
  });

  test("ten thousand tellings of one request end in 5,000 rows and a finding, not in memory", async () => {
    const told = Array.from({ length: 6000 }, (_, n): AuditEvent =>
      auditEvent({ verb: "delete", userAgent: `agent ${n}` }),
    );
    const evidence = await gathered(told);
    expect(await rowsIn(evidence, "deletions")).toHaveLength(5000);
    expect(evidence.bundle.totals).toMatchObject({ unique: 6000, conflicts: 6000 });
    expect(evidence.bundle.findings.map(({ code }) => code)).toContain("capped");
    const capped = evidence.bundle.findings.find(({ code }) => code === "capped");
    expect(capped?.places).toContain("requests told in too many ways: 1000 events left out of the registers");
  });

  test("sessions, hours and days: a period of more than three days is cut into days", async () => {
    const events = [0, 1, 30, 31].map(at);
    const summary = async (to: string): Promise<unknown> => {
      const { bundle } = await gathered(events, {
        period: { from: "2026-10-14T00:00:00Z", to, label: "" },
        registers: ["deletions"],
      });
      return bundle.registers[0]?.summary;
    };
    expect(await summary("2026-10-17T00:00:00Z")).toMatchObject({ bucket: "hour", overTime: { length: 4 } });
    expect(await summary("2026-10-17T00:00:01Z")).toMatchObject({
      bucket: "day",
      overTime: [
        ["2026-10-14T00:00:00Z", "human", 2, 0],
        ["2026-10-15T00:00:00Z", "human", 2, 0],
      ],
    });
  });

  test("the state of roles forgets nothing that it has, and counts what it could not take", () => {
    const state = createAccessState(2, 100);
    state.set("roles", "a", "one", "{}");
    state.set("roles", "a", "two", null);
    state.set("roles", "a", "three", "{}");
    expect([state.get("roles", "a", "one"), state.get("roles", "a", "two"), state.get("roles", "a", "three")]).toEqual([
      {},
      null,
      undefined,
    ]);
    expect(state.notKept).toBe(1);
    state.set("roles", "a", "one", undefined);
    state.set("roles", "a", "three", JSON.stringify({ rules: [{ verbs: ["x".repeat(200)] }] }));
    expect(state.get("roles", "a", "three")).toBeUndefined();
    expect(state.notKept).toBe(2);
  });

  test("names beyond ten thousand are counted as not compared", () => {
    const names = createActorNames();
    for (let n = 0; n < 10_005; n++) names.add(`user-${n + 20_000}`);
    names.add("user-20000");
    expect(names.notKept).toBe(5);
  });
});

describe("rowText", () => {
  test("cuts long texts with their length and hash, so that different ones stay different", () => {
    const one = rowText(`${"x".repeat(2000)}1`);
    const two = rowText(`${"x".repeat(2000)}2`);
    expect(one).toMatch(/^x{960}… \[2001 characters in all, sha256 [0-9a-f]{16}\]$/);
    expect(one).not.toBe(two);
  });

  test("masks a credential that the cut would go through", () => {
    const text = `${"x".repeat(950)} https://user:${"p".repeat(500)}@host/`;
    expect(rowText(text)).not.toContain("ppp");
    expect(rowText(text)).toContain("[masked]");
  });

  test("keeps short texts as they are", () => {
    expect(rowText("system:serviceaccount:payments:app")).toBe("system:serviceaccount:payments:app");
    expect(rowText("")).toBe("");
  });
});

describe("rowList", () => {
  test("says how many entries it left out", () => {
    expect(rowList(Array.from({ length: 300 }, (_, n) => `${n}`)).slice(-2)).toEqual(["255", "… [44 more entries]"]);
  });
});
