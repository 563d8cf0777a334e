import { resolve } from "node:path";
import type { Evidence } from "@kaudit/evidence";
import { evidenceId as evidenceIdOf, registerCsv, serializeBundle } from "@kaudit/evidence";
import { buildReportDocument } from "../document/build-report-document.js";
import { controlPagePaths } from "../control-pages/control-page-paths.js";
import { renderControlPage } from "../control-pages/render-control-page.js";
import { frameworkOf } from "../document/framework.js";
import { ReportError } from "../errors.js";
import { renderHtml } from "../html/render-html.js";
import { renderMarkdown } from "../markdown/render-markdown.js";
import { complianceFindingsText } from "../ocsf/compliance-findings.js";
import { assessmentResultsText } from "../oscal/assessment-results.js";
import { renderPdf } from "../pdf/render-pdf.js";
import { keyFingerprint } from "../signing/keys.js";
import { signatureFiles, signPack } from "../signing/sign-pack.js";
import { timestampFiles, timestampRequest } from "../signing/timestamp-request.js";
import { renderXlsx } from "../xlsx/render-xlsx.js";
import { manifestText, PackManifest, sumsText } from "./manifest.js";
import { manifestHash, PackFolder, standingPack } from "./pack-folder.js";
import { defaultPackFormats } from "./pack-input.js";
import type { PackFormat, PackInput, PackOptions, PackResult } from "./pack-input.js";
import { readmeText } from "./readme-text.js";
import { rejectedCsv } from "./rejected-csv.js";

/**
 * Writes an evidence pack: a folder with the documents, the registers, the evidence as data, and the hashes to check it.
 *
 * The pack is written beside its target under another name, readable by its owner only, flushed to the disk and then
 * moved into place whole; whatever goes wrong, nothing of it is left behind. Everything in it but `manifest.json`,
 * `SHA256SUMS` and signatures is the same byte for byte when the same evidence is written again, anywhere.
 *
 * Rejects with `KAUDIT_REPORT_OUT_EXISTS` when the target is there already (with `force`: when it is not a pack),
 * `KAUDIT_REPORT_OUT_UNWRITABLE` when it cannot be written (the disk is full, no permission),
 * `KAUDIT_REPORT_UNKNOWN_FRAMEWORK`, `KAUDIT_REPORT_ROWS_DIFFER` when a register's rows do not have the hash that the
 * bundle gives them, and with the signal's reason when `signal` stops it.
 *
 * @example
 * ```ts
 * const pack = await writePack({ evidence, rejected, run, out: "/evidence/2026-10" }, { formats: ["html", "csv"] });
 * console.log(`wrote ${pack.out} (${pack.files.length} files), evidence id ${pack.evidenceId.slice(0, 16)}`);
 * ```
 */
export async function writePack(input: PackInput, options: PackOptions = {}): Promise<PackResult> {
  const { evidence } = input;
  const out = resolve(input.out);
  const formats = options.formats ?? defaultPackFormats;
  const fonts = options.fonts ?? [];
  const frameworks = options.frameworks ?? evidence.bundle.frameworks.map((framework) => framework.id);
  for (const id of frameworks) frameworkOf(evidence.bundle, id);
  options.signal?.throwIfAborted();
  const previousManifest = await previousOf(options.previous);
  const standing = await standingPack(out, options.force === true);
  const folder = await PackFolder.create(out, options.signal);
  try {
    const bundleText = serializeBundle(evidence.bundle);
    const evidenceId = evidenceIdOf(bundleText);
    await folder.write("bundle.json", bundleText);
    if (formats.includes("csv")) await writeRegisters(folder, evidence);
    await folder.write(
      "rejected.csv",
      rejectedCsv(input.rejected, { withCluster: evidence.bundle.clusters.length > 1 }),
    );
    const organisation = options.organisation === undefined ? {} : { organisation: options.organisation };
    const pages = controlPagePaths(frameworks.map((id) => frameworkOf(evidence.bundle, id)));
    for (const frameworkId of frameworks) {
      options.signal?.throwIfAborted();
      await writeDocuments(
        folder,
        { evidence, frameworkId, evidenceId, ...organisation },
        formats,
        fonts,
        pages.get(frameworkId),
      );
    }
    if (formats.includes("xlsx")) await folder.write("evidence.xlsx", renderXlsx(evidence, { evidenceId }));
    if (formats.includes("oscal")) {
      await folder.write("oscal/assessment-results.json", assessmentResultsText(evidence.bundle, evidenceId));
    }
    if (formats.includes("ocsf")) {
      const findings = complianceFindingsText(evidence.bundle, evidenceId, frameworks);
      await folder.write("ocsf/compliance-findings.jsonl", findings);
    }
    const paths = folder.files.map((file) => file.path);
    await folder.write("README.txt", readmeText(evidence.bundle, evidenceId, paths));
    const { signer } = options;
    const text = manifestText({
      bundle: evidence.bundle,
      evidenceId,
      run: input.run,
      out,
      formats,
      frameworks,
      previousManifest,
      replacedManifest: standing ?? null,
      keyFingerprint: signer === undefined ? null : keyFingerprint(signer.publicKey),
      outputs: folder.files,
    });
    await folder.write("manifest.json", text);
    await folder.write("SHA256SUMS", sumsText(folder.files));
    if (signer !== undefined) {
      const content = PackManifest.parse(JSON.parse(text));
      const { raw, envelope } = await signPack(signer, { text, content }, folder.files);
      await folder.write(signatureFiles.raw, raw);
      await folder.write(signatureFiles.envelope, envelope);
    }
    if (options.timestampRequest === true) {
      const hash = folder.files.find(({ path }) => path === "manifest.json")?.sha256 ?? "";
      await folder.write(timestampFiles.request, timestampRequest(hash));
    }
    await folder.moveIntoPlace(standing);
    const { files } = folder;
    return { out, evidenceId, files, bytes: files.reduce((sum, file) => sum + file.bytes, 0) };
  } catch (error) {
    await folder.discard();
    throw error;
  }
}

/** Gives the hash of the previous pack's manifest. Throws `KAUDIT_REPORT_PACK_UNREADABLE` where there is none. */
async function previousOf(previous: string | undefined): Promise<string | null> {
  if (previous === undefined) return null;
  const hash = await manifestHash(previous);
  if (hash !== null) return hash;
  throw new ReportError(
    "KAUDIT_REPORT_PACK_UNREADABLE",
    `${previous}: not an evidence pack (it holds no manifest.json that can be read), so it cannot be the previous one`,
    { details: { path: previous } },
  );
}

/** Writes each register whole and holds it against the hash in the bundle, from which the documents were made. */
async function writeRegisters(folder: PackFolder, evidence: Evidence): Promise<void> {
  for (const register of evidence.bundle.registers) {
    const path = `registers/${register.name}.csv`;
    const file = await folder.write(path, registerCsv(register.name, evidence.rows(register.name)));
    if (file.sha256 === register.sha256) continue;
    throw new ReportError(
      "KAUDIT_REPORT_ROWS_DIFFER",
      `${path}: the rows are not those that the bundle was made from (SHA-256 ${file.sha256.slice(0, 16)}, expected ${register.sha256.slice(0, 16)}). Gather the evidence again.`,
      { details: { register: register.name, sha256: file.sha256, expected: register.sha256 } },
    );
  }
}

/** Formats that are drawn from the document of a framework. */
const documentFormats: ReadonlySet<PackFormat> = new Set(["pdf", "html", "md", "control-pages"]);

async function writeDocuments(
  folder: PackFolder,
  input: Parameters<typeof buildReportDocument>[0],
  formats: readonly PackFormat[],
  fonts: readonly Uint8Array[],
  pages: ReadonlyMap<string, string> = new Map(),
): Promise<void> {
  if (!formats.some((format) => documentFormats.has(format))) return;
  const document = await buildReportDocument(input);
  if (formats.includes("pdf")) await folder.write(`${input.frameworkId}.pdf`, await renderPdf(document, { fonts }));
  if (formats.includes("html")) {
    await folder.write(`${input.frameworkId}.html`, await renderHtml(document, { rows: input.evidence.rows }));
  }
  if (formats.includes("md")) await folder.write(`${input.frameworkId}.md`, renderMarkdown(document));
  if (!formats.includes("control-pages")) return;
  const { bundle } = input.evidence;
  const report = ["pdf", "html"].find((format) => formats.some((one) => one === format));
  for (const [controlId, path] of pages) {
    const named = {
      ...input,
      bundle,
      controlId,
      report: report === undefined ? null : `${input.frameworkId}.${report}`,
    };
    await folder.write(path, await renderControlPage(document, named, { fonts }));
  }
}
