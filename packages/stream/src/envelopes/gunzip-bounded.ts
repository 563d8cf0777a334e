import { gunzipSync } from "node:zlib";

/** Gives what gzip holds, or why it cannot: also when that is more than `maxBytes`. */
export function gunzipBounded(bytes: Uint8Array, maxBytes: number): Buffer | string {
  if (maxBytes <= 0) return "too much compressed data in one record";
  try {
    return gunzipSync(bytes, { maxOutputLength: maxBytes });
  } catch (error) {
    if ((error as { code?: unknown }).code === "ERR_NOT_AVAILABLE")
      return "compressed with gzip, which is not read here";
    const isTooLong = error instanceof RangeError;
    return isTooLong ? `grows to more than ${maxBytes.toLocaleString("en")} bytes` : "damaged or incomplete gzip data";
  }
}
