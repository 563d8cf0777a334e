import { readFile, stat } from "node:fs/promises";
import { createSecureContext } from "node:tls";
import { ReporterError } from "../errors.js";
import { reasonOf } from "../inputs/file-error.js";
import type { ReceiveCertificates } from "./receiver.js";

/** Where the receiver's certificate, its key, and the clients' CA lie. */
export interface CertificateFiles {
  readonly tlsCertificate: string;
  readonly tlsKey: string;
  readonly clientCa: string | null;
}

/** How often the files are looked at: certificates are renewed days before they end. */
const lookEveryMs = 10_000;

/**
 * Reads the files and tries them. Throws `KAUDIT_CLI_INPUT_UNREADABLE`, and `KAUDIT_CLI_CONFIG_INVALID` for what is no
 * certificate or no key of it. No message holds anything of the key.
 */
export async function readCertificates(files: CertificateFiles): Promise<ReceiveCertificates> {
  const [certificate, key, clientCa] = await Promise.all([
    read("--tls-certificate", files.tlsCertificate),
    read("--tls-key", files.tlsKey),
    files.clientCa === null ? null : read("--client-ca", files.clientCa),
  ]);
  try {
    createSecureContext({ cert: certificate, key, ...(clientCa === null ? {} : { ca: clientCa }) });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "not PEM";
    const named = [files.tlsCertificate, files.tlsKey, ...(files.clientCa === null ? [] : [files.clientCa])].join(", ");
    throw new ReporterError(
      "KAUDIT_CLI_CONFIG_INVALID",
      `${named}: expected a certificate and its key without passphrase, in PEM (${code})`,
      { details: { path: files.tlsCertificate } },
    );
  }
  return { certificate, key, clientCa };
}

/**
 * Calls `onChange` with new certificates when a file was replaced, and `onProblem` once when what replaced it cannot be
 * used; the old ones stay then. Gives the way to stop.
 */
export function watchCertificates(
  files: CertificateFiles,
  onChange: (certificates: ReceiveCertificates) => void,
  onProblem: (message: string) => void,
): () => void {
  let seen: string | null = null;
  async function look(): Promise<void> {
    const now = await fingerprint(files);
    if (seen === null || now === seen) {
      seen = now;
      return;
    }
    seen = now;
    try {
      onChange(await readCertificates(files));
    } catch (error) {
      onProblem(error instanceof ReporterError ? error.message : "the new certificates cannot be used");
    }
  }
  void look();
  const timer = setInterval(() => void look(), lookEveryMs);
  timer.unref();
  return () => clearInterval(timer);
}

async function fingerprint({ tlsCertificate, tlsKey, clientCa }: CertificateFiles): Promise<string> {
  const paths = [tlsCertificate, tlsKey, ...(clientCa === null ? [] : [clientCa])];
  const each = await Promise.all(
    paths.map(async (path) => {
      const status = await stat(path).catch(() => null);
      return status === null ? "none" : `${status.ino}:${status.size}:${status.mtimeMs}`;
    }),
  );
  return each.join(" ");
}

async function read(option: string, path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw new ReporterError(
      "KAUDIT_CLI_INPUT_UNREADABLE",
      `${option} ${path}: ${reasonOf(error as NodeJS.ErrnoException)}`,
      { details: { path }, cause: error },
    );
  }
}
