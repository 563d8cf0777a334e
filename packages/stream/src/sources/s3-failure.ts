import { StreamError } from "../errors.js";
import type { StreamErrorCode } from "../errors.js";

type Answer = readonly [code: StreamErrorCode, what: string];

const missing = "KAUDIT_STREAM_INPUT_MISSING";
const unreadable = "KAUDIT_STREAM_INPUT_UNREADABLE";
const changed = "KAUDIT_STREAM_INPUT_CHANGED";

const refused: Answer = [unreadable, "access denied. Allow s3:GetObject and s3:ListBucket to who runs this."];
const gone: Answer = [missing, "no such object. Check the key; if it was listed, it is gone since."];
const replaced: Answer = [changed, "is no longer the object that was listed. Run again."];

const byName: Readonly<Record<string, Answer>> = {
  NoSuchBucket: [missing, "no such bucket. Check its name and the endpoint."],
  NoSuchKey: gone,
  NotFound: gone,
  PreconditionFailed: replaced,
  InvalidRange: replaced,
  AccessDenied: refused,
  InvalidObjectState: [unreadable, "is archived. Restore it first, then run again."],
  CredentialsProviderError: [
    unreadable,
    "no AWS credentials found. Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and its secret.",
  ],
};

const byStatus: Readonly<Record<number, Answer>> = { 403: refused, 404: gone, 412: replaced, 416: replaced };

/** Statuses that may be another the next time. */
const passing = new Set([408, 409, 425, 429]);

/**
 * What a failed call means: a StreamError where it would fail again, else the failure itself. The server's own words are
 * not shown, only its code.
 */
export function s3Failure(address: string, cause: unknown): unknown {
  const { name, message, $metadata } = (cause ?? {}) as {
    name?: unknown;
    message?: unknown;
    $metadata?: { httpStatusCode?: number };
  };
  const code = typeof name === "string" && /^\w{1,64}$/.test(name) ? name : "unknown error";
  const status = $metadata?.httpStatusCode;
  const error = ([kind, what]: Answer): StreamError =>
    new StreamError(kind, `${address}: ${what}`, { details: { path: address, system: code }, cause });
  const known = (Object.hasOwn(byName, code) ? byName[code] : undefined) ?? byStatus[status ?? 0];
  if (known !== undefined) return error(known);
  if (status === undefined && message === "Region is missing")
    return error([unreadable, "no AWS region. Set AWS_REGION."]);
  if (status === undefined || status < 300 || status >= 500 || passing.has(status)) return cause;
  return error([unreadable, `cannot be read (${code}). Check bucket, region and endpoint.`]);
}
