import { existsSync, readFileSync } from "node:fs";
import { Ajv } from "ajv";
import addFormats from "ajv-formats";
import type { EvidenceBundle } from "@kaudit/evidence";
import { evidenceId, serializeBundle } from "@kaudit/evidence";
import { hostileStrings } from "@kaudit/testkit";
import { describe, expect, test } from "vitest";
import { assessmentResultsText } from "../../src/oscal/assessment-results.js";
import { markup, token } from "../../src/oscal/oscal-text.js";
import { evidenceOf } from "../fixtures/evidence-of.js";
import { exampleEvidence } from "../fixtures/log-evidence.js";

/** NIST's schema, where it lies beside the repository; it is too large to be kept in it. */
const schemaFile = new URL("../../../../../shared/data/oscal/assessment-results-1.1.2.schema.json", import.meta.url);
const hasSchema = existsSync(schemaFile);

function problems(text: string): readonly string[] {
  const ajv = new Ajv({ strict: false, allErrors: true });
  // Another copy of ajv is installed for other tools; its types are not taken for ours.
  addFormats.default(ajv as never);
  const validate = ajv.compile(JSON.parse(readFileSync(schemaFile, "utf8")) as object);
  validate(JSON.parse(text));
  return (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message}`);
}

function textOf(bundle: EvidenceBundle): string {
  return assessmentResultsText(bundle, evidenceId(serializeBundle(bundle)));
}

/** Every value under a key, wherever it stands. */
function valuesOf(value: unknown, key: string): unknown[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [...(name === key ? [inner] : []), ...valuesOf(inner, key)]);
}

/** Ids as PCI DSS and HIPAA have them: they begin with a digit, or hold brackets. */
const otherControls: EvidenceBundle["frameworks"] = [
  ["pci-dss", "10.2.1.2"],
  ["hipaa", "164.312(a)(2)(i)"],
].map(([id = "", control = ""]) => {
  const [first] = evidenceOf({ rows: {} }).bundle.frameworks;
  return { ...first!, id, name: id, controls: [{ ...first!.controls[0]!, id: control }] };
});

describe("assessmentResultsText", () => {
  test.skipIf(!hasSchema)("is valid against the schema of NIST: the example log", async () => {
    const { bundle } = await exampleEvidence();
    expect(problems(textOf(bundle))).toEqual([]);
  });

  test.skipIf(!hasSchema)(
    "is valid for ids of every form, for hostile names, exceptions, and without a framework",
    () => {
      const { bundle } = evidenceOf({ rows: {}, clusterName: hostileStrings.map(({ value }) => value).join("\n") });
      expect(problems(textOf({ ...bundle, frameworks: otherControls }))).toEqual([]);
      expect(problems(textOf({ ...bundle, frameworks: [], cluster: { name: "", basis: "not given" } }))).toEqual([]);
      const exceptions = hostileStrings.map(({ value }, index) => ({
        id: `KX-001-${index}`,
        title: value,
        sentence: value,
        severity: "high",
        state: "open",
        count: 1,
      }));
      expect(problems(assessmentResultsText({ ...bundle, exceptions } as never, "0".repeat(64)))).toEqual([]);
    },
  );

  test.skipIf(!hasSchema)("the schema finds what is wrong, so that the tests above say something", async () => {
    const { bundle } = await exampleEvidence();
    const text = textOf(bundle);
    expect(problems(text.replace('"oscal-version"', '"oscal-versions"'))).not.toEqual([]);
    expect(problems(text.replace(/"collected": "[^"]*"/, '"collected": "yesterday"'))).not.toEqual([]);
    expect(problems(text.replace('"control-id": "soc2', '"control-id": "2soc'))).not.toEqual([]);
  });

  test("observes every control with its status and its populations, and decides nothing", async () => {
    const { bundle } = await exampleEvidence();
    const text = textOf(bundle);
    const [result] = JSON.parse(text)["assessment-results"].results;
    const controls = bundle.frameworks.flatMap((framework) => framework.controls);
    expect(controls.length).toBeGreaterThan(4);
    const ofControls = result.observations.filter(({ types }: { types: string[] }) =>
      types.includes("control-objective"),
    );
    const statuses = ofControls.map(({ props }: { props: { name: string; value: string }[] }) => [
      props.find(({ name }) => name === "control-label")?.value,
      props.find(({ name }) => name === "evidence-status")?.value,
    ]);
    expect(statuses).toEqual(controls.map(({ id, status }) => [id, status]));
    expect(result.observations.length - ofControls.length).toBe(bundle.exceptions.length);
    expect(valuesOf(JSON.parse(text), "findings")).toEqual([]);
    expect(text).not.toMatch(/satisfied"|compliant/i);
    const resources = valuesOf(JSON.parse(text), "resources")[0] as {
      uuid: string;
      rlinks: { href: string; hashes: { value: string }[] }[];
    }[];
    const known = new Set(resources.map(({ uuid }) => `#${uuid}`));
    for (const href of valuesOf(result.observations, "href")) expect(known).toContain(href);
    expect(resources.slice(1).map(({ rlinks }) => rlinks[0]?.hashes[0]?.value)).toEqual(
      bundle.registers.map(({ sha256 }) => sha256),
    );
  });

  test("has the times of the period and a UUID of its own for everything, the same again for the same evidence", async () => {
    const { bundle } = await exampleEvidence();
    const text = textOf(bundle);
    expect(textOf((await exampleEvidence()).bundle)).toBe(text);
    const uuids = valuesOf(JSON.parse(text), "uuid") as string[];
    expect(new Set(uuids).size).toBe(uuids.length);
    expect(uuids.length).toBeGreaterThan(10);
    for (const uuid of uuids)
      expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    const times = [...valuesOf(JSON.parse(text), "collected"), ...valuesOf(JSON.parse(text), "last-modified")];
    expect(new Set(times)).toEqual(new Set(["2026-11-22T13:00:00Z"]));
    const other = valuesOf(JSON.parse(textOf({ ...bundle, cluster: { name: "other", basis: "option" } })), "uuid");
    expect(other.filter((uuid) => uuids.includes(uuid as string))).toEqual([]);
  });
});

describe("text of the log in OSCAL", () => {
  test("is no markup", () => {
    expect(markup("[x](javascript:1) <b>*a*_b_")).toBe("\\[x\\]\\(javascript:1\\) \\<b\\>\\*a\\*\\_b\\_");
  });

  test.each([
    [["soc2", "CC6.1"], "soc2-CC6.1"],
    [["hipaa", "164.312(a)(2)(i)"], "hipaa-164.312-a-2-i"],
    [["800-53", "AU-2"], "_800-53-AU-2"],
  ])("an id %j is the token %s", (parts, expected) => {
    expect(token(...parts)).toBe(expected);
  });
});
