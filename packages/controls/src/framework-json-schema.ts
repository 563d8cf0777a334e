import { z } from "zod";
import { FrameworkDefinition } from "./framework-definition.js";

/**
 * Gives the JSON Schema (draft 2020-12) of a framework as it is written, for editors and other programs. The package holds the
 * same as `framework.schema.json`. That ids stand once and categories are known is checked by `parseFramework` alone.
 */
export function frameworkJsonSchema(): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(FrameworkDefinition, { io: "input", target: "draft-2020-12" });
  return { $schema, title: "A framework for kaudit report --framework", ...schema };
}
