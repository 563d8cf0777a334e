import { ReportError } from "../errors.js";

/** What to do about it, by the operating system's word for what went wrong. */
const remedies: Readonly<Record<string, string>> = {
  EACCES: "no permission to write there. Name another folder, or change the rights of this one's parent.",
  EPERM: "the operating system does not allow it. Name another folder, or change the rights of this one's parent.",
  EROFS: "the file system is read-only. Name a folder on another one.",
  ENOSPC: "no space is left on the disk. Free some, or name a folder on another disk.",
  EDQUOT: "the disk quota is used up. Free some space, or name a folder on another disk.",
  EFBIG: "a file grew larger than the file system allows. Name a folder on another disk.",
  ENOTDIR: "a part of the path is a file, not a folder. Name another folder.",
  ENAMETOOLONG: "the name is too long for the file system. Name a shorter one.",
  ELOOP: "the path goes round in symbolic links. Name another folder.",
  EMFILE: "too many files are open. Raise the limit (ulimit -n).",
  EIO: "the disk reported an error. Check it, or name a folder on another disk.",
};

/** Makes a failure of the disk into `KAUDIT_REPORT_OUT_UNWRITABLE`, with what to do; passes on what is none. */
export function unwritable(out: string, error: unknown): unknown {
  if (!(error instanceof Error) || !("syscall" in error)) return error;
  const errno = "code" in error ? String(error.code) : "unknown";
  const remedy = remedies[errno] ?? `the operating system answered ${errno}. Name another folder.`;
  return new ReportError("KAUDIT_REPORT_OUT_UNWRITABLE", `${out} cannot be written: ${remedy}`, {
    cause: error,
    details: { out, errno },
  });
}
