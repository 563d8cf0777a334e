import { type CanaryClass, canaryObjects, type CanaryOptions } from "@kaudit/evidence";
import { canaryScript } from "./canary-script.js";

const { secret, roleBinding, pod, nobody, networkPolicy } = canaryObjects;

/** The least that each class needs; `forbidden-request` and `bad-token` need nothing. */
const rights: Readonly<Record<CanaryClass, readonly string[]>> = {
  "secret-read": [`{apiGroups: [""], resources: [secrets], resourceNames: [${secret}], verbs: [get]}`],
  "role-binding": ["{apiGroups: [rbac.authorization.k8s.io], resources: [rolebindings], verbs: [create]}"],
  session: [
    `{apiGroups: [""], resources: [pods], resourceNames: [${pod}], verbs: [get]}`,
    `{apiGroups: [""], resources: [pods/exec], resourceNames: [${pod}], verbs: [get, create]}`,
  ],
  "bad-token": [],
  "forbidden-request": [],
  "token-request": [
    `{apiGroups: [""], resources: [serviceaccounts/token], resourceNames: [${nobody}], verbs: [create]}`,
  ],
  impersonation: [`{apiGroups: [""], resources: [serviceaccounts], resourceNames: [${nobody}], verbs: [impersonate]}`],
  deletion: [
    `{apiGroups: [rbac.authorization.k8s.io], resources: [rolebindings], resourceNames: [${roleBinding}], verbs: [delete]}`,
  ],
  configuration: [
    `{apiGroups: [networking.k8s.io], resources: [networkpolicies], resourceNames: [${networkPolicy}], verbs: [get, patch]}`,
  ],
};

/** How a job that is due every so many minutes is written for cron; only what divides an hour or a day can be. */
export function cronSchedule(everyMinutes: number): string | null {
  if (everyMinutes < 60 && 60 % everyMinutes === 0)
    return everyMinutes === 1 ? "* * * * *" : `*/${everyMinutes} * * * *`;
  const hours = everyMinutes / 60;
  if (hours === 1) return "7 * * * *";
  if (Number.isInteger(hours) && hours < 24 && 24 % hours === 0) return `7 */${hours} * * *`;
  return hours === 24 ? "7 3 * * *" : null;
}

/**
 * Gives the manifest of the planted actions: a namespace of their own with the objects they are aimed at, a service
 * account with the least rights, and the CronJob that performs them. `schedule` is one of {@link cronSchedule}.
 */
export function canaryManifest(options: CanaryOptions, schedule: string, image: string): string {
  const { namespace, serviceAccount, classes } = options;
  const rules = classes.flatMap((name) => rights[name]);
  const script = canaryScript(options)
    .split("\n")
    .map((line) => (line === "" ? "" : `    ${line}`))
    .join("\n");
  const meta = (name: string): string =>
    `metadata: {name: ${name}, namespace: ${namespace}, labels: {kaudit.dev/canary: "true"}}`;
  const hardened =
    "securityContext: {allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: {drop: [ALL]}}";
  const podSecurity = "securityContext: {runAsNonRoot: true, runAsUser: 65532, seccompProfile: {type: RuntimeDefault}}";
  return `# Planted actions of kaudit: harmless requests on a schedule, which must be found in the audit log again.
# Tell kaudit of them in its configuration:
#   canaries:
#     namespace: ${namespace}
#     serviceAccount: ${serviceAccount}
#     everyMinutes: ${options.everyMinutes}
#     classes: [${classes.join(", ")}]
# The image needs sh, kubectl and curl; pin it to a digest of your own.
apiVersion: v1
kind: Namespace
metadata: {name: ${namespace}, labels: {kaudit.dev/canary: "true", pod-security.kubernetes.io/enforce: restricted}}
---
apiVersion: v1
kind: ServiceAccount
${meta(serviceAccount)}
---
apiVersion: v1
kind: ServiceAccount
${meta(nobody)}
automountServiceAccountToken: false
---
apiVersion: v1
kind: Secret
${meta(secret)}
stringData: {note: nothing of value}
---
# It selects no pod.
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
${meta(networkPolicy)}
spec: {podSelector: {matchLabels: {kaudit.dev/selects: nothing}}, policyTypes: [Ingress]}
---
# Without a rule: the RoleBinding to it gives nobody anything.
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
${meta(roleBinding)}
rules: []
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
${meta(serviceAccount)}
rules:${rules.length === 0 ? " []" : `\n${rules.map((rule) => `  - ${rule}`).join("\n")}`}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
${meta(serviceAccount)}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: ${serviceAccount}}
subjects:
  - {kind: ServiceAccount, name: ${serviceAccount}, namespace: ${namespace}}
---
apiVersion: v1
kind: ConfigMap
${meta("kaudit-canary-script")}
data:
  canary.sh: |
${script.trimEnd()}
---
apiVersion: apps/v1
kind: StatefulSet
${meta(pod.replace(/-0$/, ""))}
spec:
  replicas: 1
  serviceName: ${pod.replace(/-0$/, "")}
  selector: {matchLabels: {app: kaudit-canary-target}}
  template:
    metadata: {labels: {app: kaudit-canary-target}}
    spec:
      automountServiceAccountToken: false
      serviceAccountName: ${nobody}
      ${podSecurity}
      containers:
        - name: target
          image: ${image}
          command: [sh, -c, "trap exit TERM; while :; do sleep 3600 & wait; done"]
          resources: {requests: {cpu: 1m, memory: 8Mi}, limits: {memory: 32Mi}}
          ${hardened}
---
apiVersion: batch/v1
kind: CronJob
${meta("kaudit-canary")}
spec:
  schedule: "${schedule}"
  timeZone: Etc/UTC
  concurrencyPolicy: Forbid
  startingDeadlineSeconds: 120
  successfulJobsHistoryLimit: 1
  failedJobsHistoryLimit: 1
  jobTemplate:
    spec:
      backoffLimit: 1
      activeDeadlineSeconds: 300
      template:
        metadata: {labels: {app: kaudit-canary}}
        spec:
          serviceAccountName: ${serviceAccount}
          restartPolicy: Never
          ${podSecurity}
          volumes:
            - {name: script, configMap: {name: kaudit-canary-script}}
            - {name: home, emptyDir: {}}
          containers:
            - name: canary
              image: ${image}
              command: [sh, /canary/canary.sh]
              env: [{name: HOME, value: /canary-home}]
              volumeMounts:
                - {name: script, mountPath: /canary, readOnly: true}
                - {name: home, mountPath: /canary-home}
              resources: {requests: {cpu: 10m, memory: 64Mi}, limits: {memory: 256Mi}}
              ${hardened}
`;
}
