import { execFile } from "node:child_process";
import { access } from "node:fs/promises";
import { join } from "node:path";
import { type PackFailure, timestampFiles } from "@kaudit/report";
import { visibleString } from "@kaudit/schema";
import { ReporterError, usageError } from "../errors.js";

/** The options of `kaudit verify` about time stamps. */
export interface TimestampOptions {
  /** The authority's answer; default `manifest.tsr` in the pack, where it is. */
  readonly timestamp?: string;
  /** The authority's certificate, or that of its root (PEM). */
  readonly timestampCa?: string;
}

/** What was found out about a pack's time stamp. */
export interface CheckedTimestamp {
  readonly state: "none" | "verified" | "unknown-authority" | "invalid";
  /** The time that the authority confirms, as openssl prints it; null where it is not verified. */
  readonly time: string | null;
  readonly failures: readonly PackFailure[];
}

/** openssl has to answer at once; a certificate does not send it into the network. */
const limitMs = 30_000;

/**
 * Checks the answer of a time-stamp authority (RFC 3161) with `openssl ts`: that it is about this manifest, that its signature is
 * that of a certificate for time stamps, and that the given certificate vouches for that one. An answer does not vouch for its
 * own authority: without a certificate it fails.
 *
 * Throws `KAUDIT_CLI_USAGE`, `KAUDIT_CLI_INPUT_UNREADABLE` for files that are not there, and `KAUDIT_CLI_PROGRAM_MISSING`.
 */
export async function checkTimestamp(
  pack: string,
  packId: string | null,
  { timestamp, timestampCa }: TimestampOptions,
): Promise<CheckedTimestamp> {
  const own = join(pack, timestampFiles.answer);
  const answer = timestamp ?? ((await isThere(own)) ? own : undefined);
  const file = timestamp === undefined ? timestampFiles.answer : visibleString(timestamp);
  if (answer === undefined) {
    if (timestampCa === undefined) return { state: "none", time: null, failures: [] };
    throw usageError(
      `--timestamp-ca needs the answer of that authority: --timestamp answer.tsr, or ${timestampFiles.answer} in the pack`,
    );
  }
  await requireFile("--timestamp", answer);
  if (timestampCa === undefined) {
    const reason =
      "holds a time stamp of an unknown authority: give its certificate, which you have from the authority, with --timestamp-ca";
    return { state: "unknown-authority", time: null, failures: [{ file, code: "unknown-authority", reason }] };
  }
  await requireFile("--timestamp-ca", timestampCa);
  const verified = await openssl(["ts", "-verify", "-digest", packId ?? "", "-in", answer, "-CAfile", timestampCa]);
  if (!verified.isGood) {
    const reason = "is not a time stamp of this manifest.json that the given certificate vouches for";
    return { state: "invalid", time: null, failures: [{ file, code: "timestamp-invalid", reason }] };
  }
  const told = await openssl(["ts", "-reply", "-in", answer, "-text"]);
  const time = /^Time stamp: (.+)$/m.exec(told.output)?.[1] ?? "not told";
  return { state: "verified", time: visibleString(time, { maxCharacters: 60 }), failures: [] };
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function requireFile(option: string, path: string): Promise<void> {
  if (await isThere(path)) return;
  throw new ReporterError("KAUDIT_CLI_INPUT_UNREADABLE", `${option} ${path}: is not there, or cannot be read`);
}

function openssl(args: readonly string[]): Promise<{ readonly isGood: boolean; readonly output: string }> {
  return new Promise((resolve, reject) => {
    execFile("openssl", args, { timeout: limitMs, maxBuffer: 2 ** 20 }, (error, stdout) => {
      if (error !== null && error.code === "ENOENT") {
        reject(new ReporterError("KAUDIT_CLI_PROGRAM_MISSING", "openssl is not installed; it checks time stamps"));
        return;
      }
      resolve({ isGood: error === null, output: stdout });
    });
  });
}
