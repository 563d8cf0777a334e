import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { ReporterError } from "../errors.js";

/** The audit policy that was handed in, as the bundle records it. */
export interface PolicyFile {
  /** The file's own name: the folder it lies in says nothing about the evidence and differs between machines. */
  readonly file: string;
  /** Of the file's bytes, hex. */
  readonly sha256: string;
}

/** Reads a policy file's name and hash. Throws `KAUDIT_CLI_INPUT_UNREADABLE` when it is missing or cannot be read. */
export async function readPolicyFile(path: string): Promise<PolicyFile> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw new ReporterError("KAUDIT_CLI_INPUT_UNREADABLE", `--policy ${path}: ${reasonOf(error)}`, {
      details: { path },
      cause: error,
    });
  });
  return { file: basename(path), sha256: createHash("sha256").update(bytes).digest("hex") };
}

/** Why a file could not be read, for a person: `no such file; check the path`. */
export function reasonOf({ code }: NodeJS.ErrnoException): string {
  if (code === "ENOENT" || code === "ENOTDIR") return "no such file; check the path";
  if (code === "EISDIR") return "is a folder; name the file in it";
  return `cannot be read (${code ?? "unknown error"})`;
}
