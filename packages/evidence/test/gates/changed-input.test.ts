import type { AuditEvent } from "@kaudit/schema";
import { human, roleBindingCreate, secretGet, serviceAccount } from "@kaudit/testkit";
import { describe, expect, test } from "vitest";
import { buildEvidence } from "../../src/index.js";
import type { EvidenceBundle } from "../../src/index.js";
import { plainReading } from "../support/event-reading.js";
import { builtOptions, builtPeriod } from "../support/gathered.js";
import { steadyTraffic } from "../support/steady-traffic.js";

const reads = Array.from({ length: 40 }, (_, n) =>
  secretGet({
    n: n + 1,
    at: 60 * n + 5,
    user: serviceAccount("payments", "app"),
    fields: { level: "Metadata", responseObject: null },
  }),
).flat();
const grant = roleBindingCreate({
  n: 500,
  at: 1500,
  user: human("mallory"),
  fields: { level: "Metadata", requestObject: null, responseObject: null },
});
const events = [...steadyTraffic(builtPeriod), ...reads, ...grant].toSorted((a, b) =>
  (a.stageTimestamp ?? "") < (b.stageTimestamp ?? "") ? -1 : 1,
);
const lines = events.map((event) => `${JSON.stringify(event)}\n`);
const policy = { file: "policy.yaml", sha256: "0".repeat(64), policy: { rules: [{ level: "Metadata" as const }] } };

async function bundleOf(files: readonly string[]): Promise<EvidenceBundle> {
  const reading = plainReading(files.map((text, n) => ({ file: `audit-${n}.log`, bytes: Buffer.from(text) })));
  return (await buildEvidence(reading, builtOptions({ frameworks: ["soc2"], policy }))).bundle;
}

const result = ({ gates }: EvidenceBundle, id: string) => gates.find((gate) => gate.id === id)?.result;
const without = (leftOut: (event: AuditEvent, index: number) => boolean): string =>
  lines.filter((_, index) => !leftOut(events[index] as AuditEvent, index)).join("");
const minute = (event: AuditEvent): number =>
  (Date.parse(event.stageTimestamp ?? "") - Date.parse(builtPeriod.from)) / 60_000;

describe(
  "what was done to the input is visible in the totals or the gates, or does not matter",
  { timeout: 60_000 },
  () => {
    test("nothing: all deciding gates hold", async () => {
      const bundle = await bundleOf([lines.join("")]);
      expect(["G1", "G2", "G3", "G5"].map((id) => result(bundle, id))).toEqual(["holds", "holds", "holds", "holds"]);
      expect(bundle.totals).toMatchObject({ rejected: 0, duplicates: 0, conflicts: 0 });
    });

    test("dropped: three minutes of all events fail G2 (abuse case 9)", async () => {
      const bundle = await bundleOf([without((event) => minute(event) >= 20 && minute(event) < 23)]);
      expect(result(bundle, "G2")).toBe("fails");
      const tested = (bundle.frameworks[0]?.controls ?? []).filter(({ populations }) => populations.length > 0);
      expect(tested.length).toBeGreaterThan(5);
      for (const control of tested) expect(control.status).toBe("insufficient-evidence");
    });

    test("dropped: the end of one request fails G5 for its register", async () => {
      const bundle = await bundleOf([
        without(({ auditID, stage }) => auditID === grant[0]?.auditID && stage === "ResponseComplete"),
      ]);
      expect(bundle.findings).toMatchObject([{ code: "lost-events", count: 1 }]);
      expect(
        bundle.gates.find(({ id }) => id === "G5")?.registers.filter((one) => one.result === "fails"),
      ).toMatchObject([{ register: "rbac" }]);
    });

    test("dropped: the beginning of one request fails G5 for its register", async () => {
      const bundle = await bundleOf([
        without(({ auditID, stage }) => auditID === reads[20]?.auditID && stage === "RequestReceived"),
      ]);
      expect(bundle.coverage[0]).toMatchObject({ unbegunRequests: 1 });
      expect(result(bundle, "G5")).toBe("fails");
    });

    test("duplicated: counted, and nothing else changes", async () => {
      const once = await bundleOf([lines.join("")]);
      const twice = await bundleOf([lines.join(""), lines.slice(100, 200).join("")]);
      expect(twice.totals).toMatchObject({
        events: once.totals.events + 100,
        duplicates: 100,
        unique: once.totals.unique,
      });
      expect(twice.coverage[0]?.duplicates).toBe(100);
      expect(twice.registers.map(({ sha256 }) => sha256)).toEqual(once.registers.map(({ sha256 }) => sha256));
    });

    test("corrupted: rejected, and G5 fails", async () => {
      const bundle = await bundleOf([[...lines.slice(0, 50), '{"torn":', "\n", ...lines.slice(51)].join("")]);
      expect(bundle.totals.rejected).toBe(1);
      expect(result(bundle, "G5")).toBe("fails");
    });

    test("edited beside the original: both are kept and said", async () => {
      const edited = grant.map((event) =>
        event.stage === "ResponseComplete" ? { ...event, responseStatus: { code: 403 } } : event,
      );
      const bundle = await bundleOf([lines.join(""), edited.map((event) => `${JSON.stringify(event)}\n`).join("")]);
      expect(bundle.totals.conflicts).toBe(2);
      expect(bundle.findings.map(({ code }) => code)).toContain("conflicting-events");
    });

    test("reordered: nothing changes but that events are late or the clock seems set back", async () => {
      const plain = await bundleOf([lines.join("")]);
      const reversed = await bundleOf([lines.toReversed().join("")]);
      expect(reversed.totals).toEqual({ ...plain.totals, bytes: reversed.totals.bytes });
      expect(reversed.registers.map(({ rows, summary }) => [rows, summary])).toEqual(
        plain.registers.map(({ rows, summary }) => [rows, summary]),
      );
      expect(reversed.gates).toEqual(plain.gates);
      expect(reversed.findings.map(({ code }) => code)).toContain("clock-set-back");
    });

    test("cut off: what follows is a gap", async () => {
      const bundle = await bundleOf([without((event) => minute(event) >= 50)]);
      expect(bundle.coverage[0]?.gaps).toMatchObject([{ cause: "after-last" }]);
      expect(result(bundle, "G2")).toBe("fails");
    });

    test("split into files of any number: nothing changes", async () => {
      const plain = await bundleOf([lines.join("")]);
      const split = await bundleOf([
        lines.slice(300).join(""),
        lines.slice(0, 120).join(""),
        lines.slice(120, 300).join(""),
      ]);
      expect(split.gates).toEqual(plain.gates);
      expect(split.coverage[0]?.gaps).toEqual(plain.coverage[0]?.gaps);
    });
  },
);
