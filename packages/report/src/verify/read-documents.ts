import { createHash } from "node:crypto";
import { visibleString } from "@kaudit/schema";
import type { z } from "zod";
import { PackManifest } from "../pack/manifest.js";
import type { PackContent } from "./pack-content.js";
import type { PackFailure } from "./verification.js";
import { VerifiedBundle } from "./verified-bundle.js";

/** A document of a pack, or why it could not be read. */
export type ReadDocument<Content> =
  | { readonly content: Content; readonly text: string; readonly sha256: string; readonly failures: readonly [] }
  | {
      readonly content: null;
      readonly text: string | null;
      readonly sha256: string | null;
      readonly failures: readonly PackFailure[];
    };

/** Reads `manifest.json`. Never throws. */
export function readManifest(content: PackContent): Promise<ReadDocument<PackManifest>> {
  return readDocument(content, "manifest.json", PackManifest);
}

/** Reads `bundle.json`. Never throws. */
export function readBundle(content: PackContent): Promise<ReadDocument<VerifiedBundle>> {
  return readDocument(content, "bundle.json", VerifiedBundle);
}

async function readDocument<Schema extends z.ZodType>(
  pack: PackContent,
  file: string,
  schema: Schema,
): Promise<ReadDocument<z.infer<Schema>>> {
  const fail = (code: PackFailure["code"], reason: string, bytes?: Buffer): ReadDocument<never> => ({
    content: null,
    text: bytes?.toString("utf8") ?? null,
    sha256: bytes === undefined ? null : hashOf(bytes),
    failures: [{ file, code, reason }],
  });
  if (!pack.files.has(file)) return fail("missing", "is not there");
  const bytes = await pack.read(file);
  if (bytes === null) return fail("malformed", "cannot be read, or is larger than 256 MiB");
  const text = bytes.toString("utf8");
  if (!Buffer.from(text, "utf8").equals(bytes)) return fail("malformed", "is not UTF-8", bytes);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return fail("malformed", "is not JSON", bytes);
  }
  const checked = schema.safeParse(value);
  if (checked.success) return { content: checked.data, text, sha256: hashOf(bytes), failures: [] };
  const problems = checked.error.issues.slice(0, 5).map(({ path, message }) => `${path.join(".") || "it"}: ${message}`);
  return fail(
    "malformed",
    `does not have the expected form (${visibleString(problems.join("; "), { maxCharacters: 400 })})`,
    bytes,
  );
}

function hashOf(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}
