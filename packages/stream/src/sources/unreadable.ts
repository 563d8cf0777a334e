import { StreamError } from "../errors.js";

/** The system's own short word for what went wrong (`EACCES`), or "unknown error". */
function systemCode(cause: unknown): string {
  const code = (cause as { code?: unknown } | undefined)?.code;
  return typeof code === "string" ? code : "unknown error";
}

/** The error for a path that is missing or cannot be read. The message names the path and what to do. */
export function unreadable(path: string, cause: unknown): StreamError {
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
      : "Check the disk and the path, then run again.";
  return new StreamError("KAUDIT_STREAM_INPUT_UNREADABLE", `${path}: cannot be read (${code}). ${advice}`, {
    details: { path, system: code },
    cause,
  });
}
