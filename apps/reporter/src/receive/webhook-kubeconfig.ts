/** What the API server needs to know to send its events. */
export interface WebhookTarget {
  /** `https://kaudit.example:9443/audit/cp-1`: the whole address that is posted to. */
  readonly url: string;
  /** Files on the API server's machine. */
  readonly certificateAuthority: string;
  readonly clientCertificate: string | null;
  readonly clientKey: string | null;
  readonly tokenFile: string | null;
}

/** Where the commented flags suppose the file to be. */
const suggestedPath = "/etc/kubernetes/audit-webhook.kubeconfig";

/**
 * Gives the kubeconfig for `--audit-webhook-config-file`, with the API server's flags as comments above it. It names files
 * and holds no secret. Batch mode, so that a slow receiver never makes the API server wait.
 */
export function webhookKubeconfig(target: WebhookTarget): string {
  const { url, certificateAuthority, clientCertificate, clientKey, tokenFile } = target;
  const user = [
    ...(clientCertificate === null ? [] : [`      client-certificate: ${JSON.stringify(clientCertificate)}`]),
    ...(clientKey === null ? [] : [`      client-key: ${JSON.stringify(clientKey)}`]),
    ...(tokenFile === null ? [] : [`      tokenFile: ${JSON.stringify(tokenFile)}`]),
  ];
  return `# For kube-apiserver, beside --audit-policy-file (and a volume mount for this file where it runs as a pod):
#   --audit-webhook-config-file=${suggestedPath}
#   --audit-webhook-mode=batch
#   --audit-webhook-batch-max-size=400
#   --audit-webhook-batch-max-wait=5s
#   --audit-webhook-initial-backoff=5s
# A batch that fails is sent five times in all, then dropped: keep --audit-log-path
# as well, and let kaudit collect read it; events that come both ways are kept once.
apiVersion: v1
kind: Config
clusters:
  - name: kaudit
    cluster:
      server: ${JSON.stringify(url)}
${url.startsWith("https:") ? `      certificate-authority: ${JSON.stringify(certificateAuthority)}\n` : ""}users:
  - name: kube-apiserver
    user:${user.length === 0 ? " {}" : `\n${user.join("\n")}`}
contexts:
  - name: audit
    context:
      cluster: kaudit
      user: kube-apiserver
current-context: audit
`;
}
