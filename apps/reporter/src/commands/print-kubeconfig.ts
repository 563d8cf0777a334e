import type { CommandContext } from "../command-context.js";
import { usageError } from "../errors.js";
import { type ExitCode, exitCodes } from "../exit-codes.js";
import { webhookKubeconfig } from "../receive/webhook-kubeconfig.js";

/** The options of `kaudit receive --print-kubeconfig`; its files lie on the API server's machine. */
export interface KubeconfigOptions {
  readonly url?: string;
  readonly certificateAuthority?: string;
  readonly clientCertificate?: string;
  readonly clientKey?: string;
  readonly tokenFile?: readonly string[];
}

/** Where the API server's own certificates lie on a kubeadm node. */
const suggestedAuthority = "/etc/kubernetes/pki/kaudit-ca.crt";

/**
 * Prints the kubeconfig for kube-apiserver's `--audit-webhook-config-file`, with its flags as comments. Reads no file.
 *
 * Throws `KAUDIT_CLI_USAGE` for an address that cannot be sent to and for a certificate without its key.
 */
export async function printKubeconfig(options: KubeconfigOptions, { output }: CommandContext): Promise<ExitCode> {
  const { url = "", certificateAuthority, clientCertificate, clientKey, tokenFile = [] } = options;
  requireUrl(url);
  if ((clientCertificate === undefined) !== (clientKey === undefined)) {
    throw usageError("--client-certificate and --client-key go together; give both");
  }
  if (tokenFile.length > 1) throw usageError("--token-file: an API server sends one token; give one file");
  const text = webhookKubeconfig({
    url,
    certificateAuthority: certificateAuthority ?? suggestedAuthority,
    clientCertificate: clientCertificate ?? null,
    clientKey: clientKey ?? null,
    tokenFile: tokenFile[0] ?? null,
  });
  await output.write(text);
  return exitCodes.done;
}

function requireUrl(url: string): void {
  if (url === "") throw usageError("--url is needed: https://kaudit.example:9443/audit/cp-1");
  const parsed = URL.canParse(url) ? new URL(url) : null;
  const isHttp = parsed?.protocol === "https:" || parsed?.protocol === "http:";
  if (parsed === null || !isHttp || parsed.username !== "" || !/^\/audit(\/[^/]+)?\/?$/.test(parsed.pathname)) {
    throw usageError(
      "--url: expected an address such as https://kaudit.example:9443/audit/cp-1, without user or password",
    );
  }
}
