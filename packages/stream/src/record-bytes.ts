import type { FramingLimits } from "./frame-sink.js";

const longestHead = 4096;

/** How many bytes of a damaged record are kept for its excerpt. */
export function headLength({ maxRecordBytes }: FramingLimits): number {
  return Math.min(longestHead, maxRecordBytes);
}

/** A copy of the beginning of a record. */
export function headOf(bytes: Buffer, start: number, end: number, limits: FramingLimits): Buffer {
  return Buffer.from(bytes.subarray(start, Math.min(end, start + headLength(limits))));
}

/** The end of a record without the white space behind it. */
export function trimmedEnd(bytes: Buffer, start: number, end: number): number {
  let at = end;
  while (at > start) {
    const byte = bytes[at - 1];
    if (byte !== 0x0d && byte !== 0x20 && byte !== 0x09 && byte !== 0x0a) break;
    at--;
  }
  return at;
}

/** The detail of a record that is too long. */
export function describeLimit({ maxRecordBytes }: FramingLimits): string {
  return `longer than the option maxRecordBytes allows (${maxRecordBytes.toLocaleString("en")})`;
}

/** Tells whether a value is an EventList with items, and not one of another API. */
export function isAuditList(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { kind, apiVersion, items } = value as { kind?: unknown; apiVersion?: unknown; items?: unknown };
  if (kind !== "EventList" || !Array.isArray(items)) return false;
  return apiVersion === undefined || (typeof apiVersion === "string" && apiVersion.startsWith("audit.k8s.io/"));
}
