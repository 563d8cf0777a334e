import type { PackManifest } from "../pack/manifest.js";
import type { PackFile } from "../pack/pack-input.js";

/** DSSE v1 (secure-systems-lab/dsse): the payload's type is signed with it. */
export const payloadType = "application/vnd.in-toto+json";

/** in-toto Statement v1 (in-toto/attestation, spec/v1/statement.md). */
const statementType = "https://in-toto.io/Statement/v1";

/** What our statement says of its subjects. */
export const predicateType = "https://github.com/kaudit/kaudit/attestation/evidence-pack/v1";

/** A file of the pack, by its hash. */
interface Subject {
  readonly name: string;
  readonly digest: { readonly sha256: string };
}

/** What is signed: these files, together, are the evidence of this period of this cluster. */
export interface Statement {
  readonly _type: typeof statementType;
  readonly subject: readonly Subject[];
  readonly predicateType: typeof predicateType;
  readonly predicate: {
    /** SHA-256 of `manifest.json`. */
    readonly packId: string;
    readonly evidenceId: string;
    readonly period: PackManifest["period"];
    readonly cluster: PackManifest["cluster"];
    readonly tool: PackManifest["tool"];
    readonly previousManifest: PackManifest["previousManifest"];
    readonly startedAt: string;
    readonly finishedAt: string;
  };
}

/** A DSSE envelope. */
export interface Envelope {
  readonly payloadType: string;
  readonly payload: string;
  readonly signatures: readonly { readonly keyid: string; readonly sig: string }[];
}

/** Gives the text of the statement for a pack: its subjects are all files but the signatures. */
export function statementText(manifest: PackManifest, files: readonly PackFile[]): string {
  const packId = files.find(({ path }) => path === "manifest.json")?.sha256 ?? "";
  const statement: Statement = {
    _type: statementType,
    subject: files.map(({ path, sha256 }) => ({ name: path, digest: { sha256 } })),
    predicateType,
    predicate: {
      packId,
      evidenceId: manifest.evidenceId,
      period: manifest.period,
      cluster: manifest.cluster,
      tool: manifest.tool,
      previousManifest: manifest.previousManifest,
      startedAt: manifest.run.startedAt,
      finishedAt: manifest.run.finishedAt,
    },
  };
  return JSON.stringify(statement);
}

/** Gives the bytes that a DSSE signature covers (protocol.md, PAE): type and content with their lengths. */
export function preAuthEncoding(type: string, payload: Uint8Array): Uint8Array {
  const head = `DSSEv1 ${Buffer.byteLength(type)} ${type} ${payload.length} `;
  return Buffer.concat([Buffer.from(head, "utf8"), payload]);
}

/** Gives the text of an envelope; this text and no other is a pack's `manifest.dsse.json`. */
export function envelopeText(payload: Uint8Array, keyid: string, signature: Uint8Array): string {
  const envelope: Envelope = {
    payloadType,
    payload: Buffer.from(payload).toString("base64"),
    signatures: [{ keyid, sig: Buffer.from(signature).toString("base64") }],
  };
  return `${JSON.stringify(envelope, null, 2)}\n`;
}
