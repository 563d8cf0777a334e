import { type CanaryClass, canaryObjects, type CanaryOptions } from "@kaudit/evidence";

const { secret, roleBinding, pod, badToken, forbidden, nobody, networkPolicy } = canaryObjects;

/** Commands of a class, after which the script goes on whatever they answer: that they were made is what counts. */
const commands: Readonly<Record<CanaryClass, readonly string[]>> = {
  "secret-read": [`quiet kubectl -n "$namespace" get secret ${secret}`],
  "role-binding": [
    `quiet kubectl -n "$namespace" create rolebinding ${roleBinding} --role=${roleBinding} --serviceaccount="$namespace:${nobody}"`,
  ],
  session: [`quiet kubectl -n "$namespace" exec ${pod} -- true`],
  "bad-token": [
    "# The token is no secret and no API server accepts it, so the server's certificate need not be checked.",
    `quiet curl --silent --insecure --max-time 20 --header "Authorization: Bearer kaudit-canary-no-token" "$server/api/v1/namespaces/$namespace/secrets/${badToken}"`,
  ],
  "forbidden-request": [`quiet kubectl -n "$namespace" get secret ${forbidden}`],
  "token-request": [`quiet kubectl -n "$namespace" create token ${nobody} --duration=10m`],
  impersonation: [
    `quiet kubectl -n "$namespace" get secret ${forbidden} --as="system:serviceaccount:$namespace:${nobody}"`,
  ],
  deletion: [`quiet kubectl -n "$namespace" delete rolebinding ${roleBinding} --wait=false`],
  configuration: [
    `quiet kubectl -n "$namespace" annotate networkpolicy ${networkPolicy} --overwrite "kaudit.dev/canary-at=$(date -u +%Y-%m-%dT%H:%M:%SZ)"`,
  ],
};

/**
 * Gives the shell script that performs the planted actions once, as whoever its kubeconfig or its pod is. It needs sh,
 * kubectl and curl, changes nothing outside of its namespace, and prints nothing that it reads.
 */
export function canaryScript({ namespace, classes }: CanaryOptions): string {
  const lines = [
    "#!/bin/sh",
    "# Planted actions of kaudit: harmless requests that must be found in the audit log again.",
    "set -u",
    `namespace=${namespace}`,
    'if [ -n "${KUBERNETES_SERVICE_HOST:-}" ]; then',
    '  server="https://$KUBERNETES_SERVICE_HOST:${KUBERNETES_SERVICE_PORT:-443}"',
    "else",
    "  server=\"$(kubectl config view --minify --output 'jsonpath={.clusters[0].cluster.server}')\"",
    "fi",
    "quiet() {",
    '  "$@" >/dev/null 2>&1 || true',
    "}",
  ];
  for (const [name, own] of Object.entries(commands) as [CanaryClass, readonly string[]][]) {
    if (classes.includes(name)) lines.push("", `# ${name}`, ...own);
  }
  return `${lines.join("\n")}\n`;
}
