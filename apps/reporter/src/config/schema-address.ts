import { version } from "../command-line/version.js";

/** The files whose JSON Schema is published with the package. */
export const schemaNames = ["kaudit", "approvals", "dispositions"] as const;
export type SchemaName = (typeof schemaNames)[number];

/** Gives the address under which editors find the JSON Schema of a file, for this version. */
export function schemaAddress(name: SchemaName): string {
  return `https://unpkg.com/@kaudit/reporter@${version}/schemas/${name}.schema.json`;
}

/** Gives the first line of a file by which editors complete and check it. */
export function schemaComment(name: SchemaName): string {
  return `# yaml-language-server: $schema=${schemaAddress(name)}`;
}
