export { StreamError } from "./errors.js";
export { parseAuditText } from "./parse-audit-text.js";

export type { StreamErrorCode } from "./errors.js";
export type { ReadingLimits } from "./limits.js";
export type { ParseAuditTextOptions, ParsedAuditText } from "./parse-audit-text.js";
