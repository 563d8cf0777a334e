import { evidenceId, serializeBundle, type EvidenceBundle } from "@kaudit/evidence";
import { hostileStrings } from "@kaudit/testkit";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { complianceFindingsText } from "../../src/ocsf/compliance-findings.js";
import { evidenceOf } from "../fixtures/evidence-of.js";
import { exampleEvidence } from "../fixtures/log-evidence.js";
import { monthEvidence } from "../fixtures/month.js";

const text = z.string().min(1);
const timestamp = z.int().positive();

/**
 * The class as schema.ocsf.io 1.4.0 has it (compliance_finding, with its objects): every attribute that is required is asked for,
 * names that the schema does not have are refused, enumerations and their captions go together.
 */
const captioned =
  (pairs: Readonly<Record<number, string>>, id: string, caption: string) => (value: Record<string, unknown>) =>
    value[id] === 99 || pairs[value[id] as number] === value[caption];
const ComplianceFinding = z
  .strictObject({
    activity_id: z.literal([0, 1, 2, 3, 99]),
    activity_name: text,
    category_uid: z.literal(2),
    category_name: z.literal("Findings"),
    class_uid: z.literal(2003),
    class_name: z.literal("Compliance Finding"),
    type_uid: z.int(),
    type_name: text,
    time: timestamp,
    start_time: timestamp,
    end_time: timestamp,
    severity_id: z.literal([0, 1, 2, 3, 4, 5, 6, 99]),
    severity: text,
    status_id: z.literal([0, 1, 2, 3, 4, 5, 6, 99]),
    status: text,
    message: text,
    metadata: z.strictObject({
      version: z.string().regex(/^\d+\.\d+\.\d+$/),
      uid: z.uuid(),
      product: z.strictObject({ name: text, vendor_name: text, version: text }),
      log_name: text,
    }),
    finding_info: z.strictObject({
      uid: z.uuid(),
      title: text,
      desc: text,
      created_time: timestamp,
      data_sources: z.array(text),
      types: z.array(text),
    }),
    compliance: z
      .strictObject({
        control: text,
        standards: z.array(text).min(1),
        requirements: z.array(text).min(1),
        status_id: z.literal([0, 1, 2, 3, 99]),
        status: text,
        status_code: text,
        status_details: z.array(text),
      })
      .refine(captioned({ 0: "Unknown", 1: "Pass", 2: "Warning", 3: "Fail" }, "status_id", "status")),
    resources: z.array(z.strictObject({ name: text, type: text })).min(1),
    unmapped: z.record(z.string(), z.unknown()),
  })
  .refine((event) => event.type_uid === event.class_uid * 100 + event.activity_id)
  .refine(
    captioned(
      { 1: "Informational", 2: "Low", 3: "Medium", 4: "High", 5: "Critical", 6: "Fatal" },
      "severity_id",
      "severity",
    ),
  );

function findingsOf(bundle: EvidenceBundle) {
  const lines = complianceFindingsText(bundle, evidenceId(serializeBundle(bundle))).split("\n");
  expect(lines.pop()).toBe("");
  return lines.map((line) => ComplianceFinding.parse(JSON.parse(line)));
}

describe("complianceFindingsText", () => {
  test("gives a finding of the published class for each control, in their order", async () => {
    for (const { bundle } of [await exampleEvidence(), monthEvidence()]) {
      const findings = findingsOf(bundle);
      expect(findings.map(({ compliance }) => compliance.control)).toEqual(
        bundle.frameworks.flatMap(({ controls }) => controls.map(({ id }) => id)),
      );
      for (const { time, end_time } of findings)
        expect([time, end_time]).toEqual(Array(2).fill(Date.parse(bundle.period.to)));
    }
  });

  test("never says that a control passed or failed; missing information is a warning", async () => {
    const [framework] = evidenceOf({ rows: {} }).bundle.frameworks;
    const statuses = ["evidence-present", "exceptions", "insufficient-evidence", "outside-source"] as const;
    const controls = statuses.map((status) => ({ ...framework!.controls[0]!, id: status, status }));
    const bundle = { ...evidenceOf({ rows: {} }).bundle, frameworks: [{ ...framework!, controls }] };
    expect(findingsOf(bundle).map(({ compliance }) => [compliance.status_id, compliance.status_code])).toEqual([
      [99, "evidence-present"],
      [99, "exceptions"],
      [2, "insufficient-evidence"],
      [99, "outside-source"],
    ]);
  });

  test("the severity is that of the worst exception that waits for the control", async () => {
    const { bundle } = await exampleEvidence();
    const [framework] = bundle.frameworks;
    const [exception] = bundle.exceptions;
    const { id } = framework!.controls[0]!;
    const of = (severity: "critical" | "low", state: "open" | "closed") => ({
      ...exception!,
      severity,
      state,
      controls: { soc2: [id] },
    });
    const severityOf = (...exceptions: EvidenceBundle["exceptions"]) =>
      findingsOf({ ...bundle, exceptions })[0]?.severity;
    expect(severityOf()).toBe("Informational");
    expect(severityOf(of("low", "open"), of("critical", "closed"))).toBe("Low");
    expect(severityOf(of("low", "open"), of("critical", "open"))).toBe("Critical");
  });

  test("abuse case 32: whatever the names are, a finding is one line of visible text", () => {
    for (const { value } of hostileStrings) {
      const { bundle } = evidenceOf({ rows: {}, clusterName: value });
      const [framework] = bundle.frameworks;
      const controls = [
        {
          ...framework!.controls[0]!,
          id: value || "x",
          title: value,
          summary: value || "x",
          statusReason: value || "x",
        },
      ];
      const [finding, ...more] = findingsOf({ ...bundle, frameworks: [{ ...framework!, controls }] });
      expect(more).toEqual([]);
      expect(JSON.stringify(finding)).not.toMatch(/\p{Cc}|[\u2028-\u202e\u2066-\u2069]/u);
    }
  });

  test("the same evidence gives the same text, other evidence other uids", async () => {
    const { bundle } = monthEvidence();
    expect(complianceFindingsText(bundle, "a".repeat(64))).toBe(complianceFindingsText(bundle, "a".repeat(64)));
    const uids = (id: string) => complianceFindingsText(bundle, id.repeat(64)).match(/"uid":"[^"]+"/g) ?? [];
    expect(new Set([...uids("a"), ...uids("b")]).size).toBe(
      2 * bundle.frameworks.flatMap(({ controls }) => controls).length,
    );
  });
});
