import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { serializeBundle } from "@kaudit/evidence";
import { hostileStrings } from "@kaudit/testkit";
import { expect, test } from "vitest";
import { evidenceOf } from "../fixtures/evidence-of.js";
import { hostileRows } from "../fixtures/hostile-rows.js";
import { exampleEvidence } from "../fixtures/log-evidence.js";

const schema = JSON.parse(
  readFileSync(new URL("../../../evidence/schema/evidence-bundle.schema.json", import.meta.url), "utf8"),
) as object;
const validate = new Ajv2020({ strict: false, allErrors: true }).compile(schema);

/** What an independent validator finds wrong. */
function problems(text: string): readonly string[] {
  validate(JSON.parse(text));
  return (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message}`);
}

test("bundle.json has the form that its published JSON Schema describes", async () => {
  const text = serializeBundle((await exampleEvidence()).bundle);
  expect(problems(text)).toEqual([]);
  expect(problems(serializeBundle(evidenceOf(hostileRows(hostileStrings.map(({ value }) => value))).bundle))).toEqual(
    [],
  );
  expect(problems(text.replace('"totals"', '"sums"'))).not.toEqual([]);
  expect(problems(text.replace(/"rows": \d+/, '"rows": -1'))).not.toEqual([]);
});
