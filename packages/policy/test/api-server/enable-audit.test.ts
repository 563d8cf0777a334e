import { describe, expect, test } from "vitest";
import { parse } from "yaml";

import { enableAudit, explainApiServerLog, lintApiServer } from "../../src/index.js";
import type { EnableAuditOptions } from "../../src/index.js";

const webhook = { url: "https://receiver.example.com:8443/audit?cluster=a", certificateAuthority: "ca.crt" };

function indent(text: string, spaces: number): string {
  return text.replaceAll(/^(?=.)/gm, " ".repeat(spaces));
}

/** The static pod of kubeadm with what `enableAudit` says to add. */
function staticPod({ flags, volumeMounts, volumes }: ReturnType<typeof enableAudit>): string {
  const command = flags.map((flag) => `    - ${flag}\n`).join("");
  return `apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - name: kube-apiserver\n    command:\n    - kube-apiserver\n${command}    volumeMounts:\n${indent(volumeMounts, 4)}  volumes:\n${indent(volumes, 2)}`;
}

function kubeadm(text: string, version: string): string {
  return `apiVersion: kubeadm.k8s.io/${version}\nkind: ClusterConfiguration\n${text}`;
}

describe("enableAudit", () => {
  test.each<[string, EnableAuditOptions]>([
    ["the defaults", {}],
    ["a webhook", { webhook }],
    [
      "paths of one's own",
      {
        policyPath: "/opt/audit/p.yaml",
        logPath: "/data/audit/a.log",
        webhook: { ...webhook, configPath: "/opt/hook/config" },
      },
    ],
  ])("gives what passes lintApiServer, with %s", (_name, options) => {
    const enabled = enableAudit(options);
    const webhookConfig = enabled.webhookConfig ?? undefined;
    for (const text of [
      staticPod(enabled),
      kubeadm(enabled.kubeadm.v1beta3, "v1beta3"),
      kubeadm(enabled.kubeadm.v1beta4, "v1beta4"),
    ]) {
      const { findings, configuration } = lintApiServer(
        text,
        undefined,
        webhookConfig === undefined ? {} : { webhookConfig },
      );
      expect(findings.map(({ id }) => id)).toEqual(["ha"]);
      expect(
        configuration.flags
          .filter(({ name }) => name.startsWith("audit-"))
          .map(({ name, value }) => `--${name}=${value}`),
      ).toEqual(enabled.flags);
    }
  });

  test("writes the kubeconfig of the webhook with its whole URL, and batch flags", () => {
    const { webhookConfig, flags } = enableAudit({ webhook: { ...webhook, batchMaxSize: 100, batchMaxWait: "2s" } });
    expect(parse(webhookConfig ?? "")).toMatchObject({
      kind: "Config",
      clusters: [{ cluster: { server: webhook.url, "certificate-authority": "/etc/kubernetes/audit/ca.crt" } }],
      "current-context": "audit",
    });
    expect(flags).toContain("--audit-webhook-batch-max-size=100");
    expect(flags).toContain("--audit-webhook-batch-max-wait=2s");
    expect(enableAudit().webhookConfig).toBeNull();
  });

  test.each<[EnableAuditOptions]>([
    [{ policyPath: "policy.yaml" }],
    [{ policyPath: "/policy.yaml" }],
    [{ logPath: "/var/log/../etc/x" }],
    [{ logPath: "/var/log/a b" }],
    [{ policyPath: "/a/policy.yaml", logPath: "/a/audit.log" }],
    [{ maxAgeDays: 0 }],
    [{ maxSizeMebibytes: 1.5 }],
    [{ webhook: { url: "ftp://x" } }],
    [{ webhook: { url: 'https://x"\n' } }],
    [{ webhook: { url: "https://x", batchMaxWait: "soon" } }],
  ])("refuses %o", (options) => {
    expect(() => enableAudit(options)).toThrow(expect.objectContaining({ code: "KAUDIT_POLICY_ARGUMENT" }));
  });
});

describe("explainApiServerLog", () => {
  test.each([
    [
      'E1 run.go:74] "command failed" err="loading audit policy file: failed to read file path \\"/etc/x\\": open /etc/x: no such file or directory"',
      "does not exist inside the container",
    ],
    ['loading audit policy file: failed to read file path "/x": read /x: is a directory', "is a directory"],
    ["loading audit policy file: loaded illegal policy with 0 rules: from file /x", "no rules"],
    [
      "loading audit policy file: unknown group version field audit.k8s.io/__internal, Kind=Policy in policy: from file /x",
      "no apiVersion",
    ],
    [
      'loading audit policy file: failed decoding: no kind "Policy" is registered for version "audit.k8s.io/v1beta1" in scheme "x"',
      "v1beta1",
    ],
    [
      "loading audit policy file: failed decoding: json: cannot unmarshal bool into Go struct field PolicyRule.rules.users of type string",
      "wrong type",
    ],
    [
      "loading audit policy file: failed decoding: yaml: line 4: found character that cannot start any token",
      "not valid YAML",
    ],
    ['loading audit policy file: rules[0].level: Unsupported value: "metadata"', "refuses the policy"],
    ["Error: unknown flag: --audit-log-max-age", "no audit flag of that name"],
    ['Error: invalid argument "30d" for "--audit-log-maxage" flag: strconv.ParseInt', "wrong kind"],
    ['E] invalid audit log mode strict, allowed modes are "batch,blocking,blocking-strict"', "mode does not exist"],
    ["ensureLogFile: open /var/log/kubernetes/audit.log: read-only file system", "read-only"],
    ["ensureLogFile: open /var/log/kubernetes/audit.log: permission denied", "cannot be written"],
    ["ensureLogFile: open /var/log: is a directory", "names a directory"],
    ["initializing audit webhook: stat /x: no such file or directory", "webhook"],
    [
      "W1 reader.go:87] Audit policy contains errors, falling back to lenient decoding: strict decoding error: unknown field",
      "passed over",
    ],
    ["I1 No audit policy file provided, no events will be recorded for log backend", "nothing is recorded"],
  ])("explains %s", (line, words) => {
    const [explanation, ...others] = explainApiServerLog(`I0101 starting\n${line}\n${line}\n`);
    expect(explanation?.line).toBe(2);
    expect(explanation?.cause).toContain(words);
    expect(explanation?.mend).toMatch(/\S/);
    expect(others).toEqual([]);
  });

  test("has nothing to say about other lines", () => {
    expect(explainApiServerLog("Flag --insecure-port has been deprecated\nE] etcd: connection refused\n")).toEqual([]);
  });
});
