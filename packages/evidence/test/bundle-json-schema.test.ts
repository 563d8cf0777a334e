import { describe, expect, test } from "vitest";
import { z } from "zod";
import { EvidenceBundle } from "../src/bundle.js";

const file = "../schema/evidence-bundle.schema.json";

/** The JSON Schema of `bundle.json`, made from the schema by which bundles are written. */
function bundleJsonSchema(): object {
  const { $schema, ...schema } = z.toJSONSchema(EvidenceBundle, { target: "draft-2020-12" });
  return {
    $schema,
    $id: "https://github.com/kaudit/kaudit/schema/evidence-bundle.schema.json",
    title: "kaudit evidence bundle",
    description:
      "The evidence of one period as one document: bundle.json of an evidence pack (schemaVersion kaudit.evidence/1).",
    ...schema,
  };
}

describe("schema/evidence-bundle.schema.json", () => {
  // After a change of the bundle: npm run schema
  test("is the one that is made from EvidenceBundle now", async () => {
    await expect(`${JSON.stringify(bundleJsonSchema(), null, 2)}\n`).toMatchFileSnapshot(file);
  });

  test("names every field of the bundle and allows no other", () => {
    const schema = bundleJsonSchema() as {
      required: readonly string[];
      properties: object;
      additionalProperties: boolean;
    };
    expect(Object.keys(schema.properties)).toEqual(Object.keys(EvidenceBundle.shape));
    expect(schema.additionalProperties).toBe(false);
  });
});
