import { StreamError } from "../errors.js";

/** The system's own short word for what went wrong (`EACCES`), or "unknown error". */
function systemCode(cause: unknown): string {
  // fetch keeps what happened below an error of its own.
  const { code: own, cause: below } = (cause ?? {}) as { code?: unknown; cause?: { code?: unknown } };
  const code = own ?? below?.code;
  return typeof code === "string" && /^\w{1,40}$/.test(code) ? code : "unknown error";
}

const adviceForFiles = "Check the disk and the path, then run again.";

/**
 * The error for a path that is missing or cannot be read. The message names the path and what to do: `elseAdvice` where
 * it is not a matter of rights.
 */
export function unreadable(path: string, cause: unknown, elseAdvice = adviceForFiles): StreamError {
  const code = systemCode(cause);
  if (code === "ENOENT" || code === "ENOTDIR") {
    return new StreamError("KAUDIT_STREAM_INPUT_MISSING", `${path}: no such file or folder. Check the path.`, {
      details: { path },
      cause,
    });
  }
  const advice =
    code === "EACCES" || code === "EPERM"
      ? "Run as a user who may read it (audit logs are mode 0600, usually owned by root)."
      : elseAdvice;
  return new StreamError("KAUDIT_STREAM_INPUT_UNREADABLE", `${path}: cannot be read (${code}). ${advice}`, {
    details: { path, system: code },
    cause,
  });
}
