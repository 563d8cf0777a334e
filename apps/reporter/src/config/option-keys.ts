import { severities } from "@kaudit/rules";
import { z } from "zod";

const text = z.string().min(1, "is empty; give a value, or leave the key out").max(4096);
const Flag = z.boolean();

/** One name or more: a list, or one text with commas as on the command line. */
const Names = z.union([text, z.array(text).min(1, "is empty; leave the key out for the default")], {
  error: "expected a text or a list of texts",
});

/**
 * The options of commands that a configuration can set, under the same names in camelCase. What only one run should do (`force`)
 * and what would hide rows unseen (the filters of `kaudit query`) is not among them.
 */
export const optionKeys = {
  inputs: z
    .array(text)
    .min(1, "is empty; leave the key out")
    .describe("Files, folders, globs, s3:// addresses to read."),
  store: text.describe("The store that kaudit collect fills and kaudit report reads: a folder or s3://bucket/prefix/."),
  keep: z.enum(["all", "evidence"]).describe("What a new store keeps: all events, or those of evidence classes."),
  framework: Names.describe("Frameworks to report on: ids, or files of your own."),
  categories: Names.describe("Categories of frameworks that are in scope besides: availability, confidentiality, …"),
  period: text.describe("The period by name: last-month, 2026-10, 2026-Q3, …"),
  from: text.describe("First instant of the period: a date or an RFC 3339 time."),
  to: text.describe("First instant after the period."),
  cluster: text.describe("Name of the cluster; the log itself does not hold it."),
  policy: text.describe("The audit policy that was in force."),
  out: text.describe("The pack's folder."),
  format: Names.describe("What the pack holds: pdf, html, xlsx, csv, json, oscal, md, ocsf."),
  controlPages: Flag.describe("Write a PDF of one page for each control as well."),
  sign: text.describe("The Ed25519 key that signs the pack (PKCS#8, PEM)."),
  signPassphraseFile: text.describe("The file with the key's passphrase."),
  signKeyPermissions: z
    .enum(["owner", "any"])
    .describe("owner: a key that others may read is refused; any: it is not."),
  font: z
    .array(text)
    .min(1, "is empty; leave the key out")
    .describe("Fonts (TTF, OTF) for characters that the PDF's own fonts have not."),
  signCommand: text.describe("A command that signs instead of a key file: words, or a JSON list of them."),
  signPublicKey: text.describe("The public key of signCommand (PEM)."),
  timestampRequest: Flag.describe("Write a request for a time stamp of the manifest (RFC 3161)."),
  previous: text.describe("The pack before this one; its manifest's hash is recorded."),
  failOn: z.enum(severities).describe("Exit with 1 if an open exception is this severe, or worse."),
  strict: Flag.describe("Exit with 3 if anything was rejected or is insufficient."),
  instance: text.describe("API server that wrote the files, where folder and content do not tell."),
  allowHttp: Flag.describe("Inputs may be http:// and https:// addresses."),
  tempDir: text.describe("Folder for rows that do not fit in memory."),
  quiet: Flag.describe("Write nothing but errors."),
  color: Flag.describe("Colour on a terminal."),
  approvals: text.describe("The file of approved accesses (approvals.yaml)."),
  dispositions: text.describe("The file of decisions about exceptions (dispositions.yaml)."),
  collection: text.describe("The hashes that were taken at collection, as sha256sum writes them."),
} as const;

/** A key that is an option. */
export type OptionKey = keyof typeof optionKeys;

/** Options that name files and folders: relative to the configuration file, not to where the command runs. */
export const pathKeys: ReadonlySet<OptionKey> = new Set([
  "inputs",
  "store",
  "policy",
  "out",
  "tempDir",
  "sign",
  "signPassphraseFile",
  "signPublicKey",
  "font",
  "previous",
  "approvals",
  "dispositions",
  "collection",
]);
