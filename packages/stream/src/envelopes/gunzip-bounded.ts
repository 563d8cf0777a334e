import { constants, gunzipSync } from "node:zlib";

/** What came out of gzip, and why not more did. */
export interface Unzipped {
  /** Empty where nothing could be read. */
  readonly bytes: Buffer;
  readonly failure?: string;
}

/** Gives what gzip of any number of members holds: where its end is missing, as far as it goes. At most `maxBytes`. */
export function gunzipBounded(bytes: Uint8Array, maxBytes: number): Unzipped {
  if (maxBytes <= 0) return nothing("too much compressed data in one record");
  const whole = unzip(bytes, maxBytes, constants.Z_FINISH);
  if (whole.failure !== breaksOff) return whole;
  // zlib gives nothing for data without its end unless it is told that more may come.
  return { ...unzip(bytes, maxBytes, constants.Z_SYNC_FLUSH), failure: breaksOff };
}

const breaksOff = "gzip data that breaks off";

function unzip(bytes: Uint8Array, maxBytes: number, finishFlush: number): Unzipped {
  try {
    return { bytes: gunzipSync(bytes, { maxOutputLength: maxBytes, finishFlush }) };
  } catch (error) {
    const code = (error as { code?: unknown }).code;
    if (code === "ERR_NOT_AVAILABLE") return nothing("compressed with gzip, which is not read here");
    if (error instanceof RangeError) return nothing(`grows to more than ${maxBytes.toLocaleString("en")} bytes`);
    return nothing(code === "Z_BUF_ERROR" ? breaksOff : "damaged gzip data");
  }
}

function nothing(failure: string): Unzipped {
  return { bytes: Buffer.alloc(0), failure };
}
