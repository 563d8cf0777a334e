import { Approvals, Dispositions } from "@kaudit/evidence";
import { z } from "zod";
import { Configuration } from "./configuration-schema.js";
import { schemaAddress, type SchemaName } from "./schema-address.js";

const documents: Readonly<Record<SchemaName, { readonly title: string; readonly schema: z.ZodType }>> = {
  kaudit: { title: "Configuration of kaudit (kaudit.yaml)", schema: Configuration },
  approvals: { title: "Accesses approved beforehand (approvals.yaml)", schema: Approvals },
  dispositions: { title: "Decisions about exceptions (dispositions.yaml)", schema: Dispositions },
};

/** Gives the JSON Schema (2020-12) of a file as text, for editors and other tools. The command itself checks more than it can say. */
export function jsonSchemaText(name: SchemaName): string {
  const { title, schema } = documents[name];
  const { $schema, properties, ...rest } = z.toJSONSchema(schema, { target: "draft-2020-12", io: "input" }) as Record<
    string,
    unknown
  > & { readonly properties?: object };
  const described = {
    $schema,
    $id: schemaAddress(name),
    title,
    ...rest,
    properties: { $schema: { type: "string", description: "For editors." }, ...properties },
  };
  return `${JSON.stringify(described, null, 2)}\n`;
}
