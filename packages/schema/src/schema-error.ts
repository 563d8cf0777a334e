import { KauditError } from "./errors.js";

/**
 * What can be wrong with a value or a URI that `@kaudit/schema` reads.
 *
 * - `KAUDIT_SCHEMA_EVENT_INVALID`: the value is not an audit event; `details.problems` lists every field.
 * - `KAUDIT_SCHEMA_EVENT_LIST_INVALID`: the value is not an EventList of audit events; `details.problems` lists every field.
 * - `KAUDIT_SCHEMA_URI_INVALID`: an HTTP server written in Go refuses the request line (400), so nothing is audited.
 * - `KAUDIT_SCHEMA_URI_INCOMPLETE`: kube-apiserver answers 500 before auditing: nothing follows `watch` or `proxy`.
 */
export type SchemaErrorCode =
  | "KAUDIT_SCHEMA_EVENT_INVALID"
  | "KAUDIT_SCHEMA_EVENT_LIST_INVALID"
  | "KAUDIT_SCHEMA_URI_INVALID"
  | "KAUDIT_SCHEMA_URI_INCOMPLETE";

/** The error that `@kaudit/schema` throws. Messages name fields and rules, never the content of a log. */
export class SchemaError extends KauditError<SchemaErrorCode> {}
