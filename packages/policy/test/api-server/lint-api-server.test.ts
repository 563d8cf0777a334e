import { describe, expect, test } from "vitest";

import { apiServerChecks, lintApiServer } from "../../src/index.js";
import type { ApiServerFinding, LintApiServerOptions, PolicyInput } from "../../src/index.js";

const good = {
  "audit-policy-file": "/etc/kubernetes/audit/policy.yaml",
  "audit-log-path": "/var/log/kubernetes/audit/audit.log",
  "audit-log-maxage": "30",
  "audit-log-maxbackup": "10",
  "audit-log-maxsize": "100",
};

interface Mount {
  readonly path: string;
  readonly readOnly?: boolean;
  readonly type?: string;
  readonly emptyDir?: boolean;
}

const goodMounts: readonly Mount[] = [
  { path: "/etc/kubernetes/audit", readOnly: true, type: "Directory" },
  { path: "/var/log/kubernetes/audit", type: "DirectoryOrCreate" },
];

/** A static pod with these flags; undefined takes a flag out. */
function pod(
  flags: Readonly<Record<string, string | undefined>>,
  mounts: readonly Mount[] = goodMounts,
  extra: readonly string[] = [],
  security = "",
): string {
  const args = Object.entries({ ...good, ...flags }).flatMap(([name, value]) =>
    value === undefined ? [] : [`    - --${name}=${value}`],
  );
  return [
    "apiVersion: v1",
    "kind: Pod",
    "metadata: {name: kube-apiserver, namespace: kube-system}",
    "spec:",
    ...(security === "" ? [] : [`  securityContext: ${security}`]),
    "  containers:",
    "  - name: kube-apiserver",
    "    command:",
    "    - kube-apiserver",
    ...args,
    ...extra.map((item) => `    - ${item}`),
    "    volumeMounts:",
    ...mounts.map(
      ({ path, readOnly }, index) => `    - {name: v${index}, mountPath: ${path}, readOnly: ${readOnly ?? false}}`,
    ),
    "  volumes:",
    ...mounts.map(({ path, type, emptyDir }, index) =>
      emptyDir === true
        ? `  - {name: v${index}, emptyDir: {}}`
        : `  - {name: v${index}, hostPath: {path: ${path}, type: ${type ?? '""'}}}`,
    ),
  ].join("\n");
}

interface Row {
  readonly id: string;
  readonly severity: string;
  readonly text: string;
  readonly says?: string;
  readonly options?: LintApiServerOptions;
  readonly policy?: PolicyInput;
}

const omitting: PolicyInput = { omitStages: ["RequestReceived"], rules: [{ level: "Metadata" }] };
const old = { targetVersion: "1.35" };

const rows: readonly Row[] = [
  { id: "cis/3.2.1", severity: "error", text: pod({ "audit-policy-file": undefined }), says: "Nothing is recorded" },
  { id: "cis/1.2.16", severity: "warning", text: pod({ "audit-log-path": undefined }) },
  { id: "cis/1.2.17", severity: "warning", text: pod({ "audit-log-maxage": "7" }) },
  { id: "cis/1.2.17", severity: "warning", text: pod({ "audit-log-maxage": "0" }), says: "for ever" },
  {
    id: "cis/1.2.18",
    severity: "warning",
    text: pod({ "audit-log-maxbackup": undefined }),
    says: "The default is 100 files",
  },
  {
    id: "cis/1.2.18",
    severity: "warning",
    text: pod({ "audit-log-maxbackup": undefined }),
    says: "The default is no limit",
    options: old,
  },
  { id: "cis/1.2.19", severity: "warning", text: pod({ "audit-log-maxsize": "0" }), says: "no rotation" },
  {
    id: "cis/1.2.19",
    severity: "warning",
    text: pod({ "audit-log-maxsize": "0" }),
    says: "Before 1.36 0 means 100 MiB",
    options: old,
  },
  { id: "flags/unknown", severity: "error", text: pod({ "audit-log-max-age": "30" }), says: "--audit-log-maxage" },
  {
    id: "flags/unknown",
    severity: "error",
    text: pod({ "audit-dynamic-configuration": "true" }),
    says: "removed in Kubernetes 1.19",
  },
  { id: "flags/value", severity: "error", text: pod({ "audit-log-mode": "strict" }), says: "blocking-strict" },
  { id: "flags/value", severity: "error", text: pod({ "audit-log-format": "text" }), says: "json or legacy" },
  { id: "flags/value", severity: "error", text: pod({ "audit-log-maxage": "-1" }), says: "not negative" },
  {
    id: "flags/value",
    severity: "error",
    text: pod({ "audit-log-version": "audit.k8s.io/v1beta1" }),
    says: "audit.k8s.io/v1",
  },
  { id: "flags/value", severity: "error", text: pod({ "audit-webhook-batch-max-wait": "30" }), says: "duration" },
  {
    id: "flags/value",
    severity: "error",
    text: pod({ "audit-log-truncate-max-batch-size": "1000" }),
    says: "smaller than the largest event",
  },
  {
    id: "flags/value",
    severity: "error",
    text: pod({ "audit-log-maxage": undefined }, goodMounts, ["--audit-log-maxage 30"]),
    says: "in one item",
  },
  {
    id: "flags/value",
    severity: "warning",
    text: pod({}, goodMounts, ["--audit-log-maxage=40"]),
    says: "The last one counts",
  },
  { id: "flags/value", severity: "info", text: pod({ "audit-log-batch-max-size": "5" }), says: "in mode batch only" },
  { id: "flags/backend-none", severity: "error", text: pod({ "audit-log-path": undefined }), says: "thrown away" },
  { id: "flags/backend-none", severity: "error", text: pod({ "audit-policy-file": undefined }), says: "no policy" },
  { id: "flags/stdout", severity: "warning", text: pod({ "audit-log-path": "-" }) },
  {
    id: "flags/strict-omit",
    severity: "warning",
    text: pod({ "audit-log-mode": "blocking-strict" }),
    policy: omitting,
  },
  { id: "flags/disk", severity: "error", text: pod({}), options: { freeBytes: 1_000_000_000 }, says: "1.1 GiB" },
  {
    id: "flags/disk",
    severity: "warning",
    text: pod({ "audit-log-maxage": "0", "audit-log-maxbackup": "0" }),
    says: "never removed",
  },
  {
    id: "flags/disk",
    severity: "warning",
    text: pod({ "audit-log-maxage": undefined, "audit-log-maxbackup": undefined }),
    says: "never removed",
    options: old,
  },
  { id: "flags/event-gt-maxsize", severity: "warning", text: pod({ "audit-log-maxsize": "1" }) },
  { id: "mount/policy-missing", severity: "error", text: pod({}, goodMounts.slice(1)) },
  { id: "mount/log-missing", severity: "error", text: pod({}, goodMounts.slice(0, 1)), says: "No volume" },
  {
    id: "mount/log-missing",
    severity: "error",
    text: pod({}, [goodMounts[0]!, { path: "/var/log/kubernetes/audit", emptyDir: true }]),
    says: "not on the host",
  },
  {
    id: "mount/log-file",
    severity: "error",
    text: pod({}, [goodMounts[0]!, { path: "/var/log/kubernetes/audit/audit.log", type: "FileOrCreate" }]),
    says: "Rotation",
  },
  { id: "mount/readonly", severity: "error", text: pod({}, [goodMounts[0]!, { ...goodMounts[1]!, readOnly: true }]) },
  { id: "mount/readonly", severity: "info", text: pod({}, [{ ...goodMounts[0]!, readOnly: false }, goodMounts[1]!]) },
  {
    id: "mount/type",
    severity: "error",
    text: pod({}, [
      { path: "/etc/kubernetes/audit/policy.yaml", readOnly: true, type: "DirectoryOrCreate" },
      goodMounts[1]!,
    ]),
    says: "a directory of that name is made",
  },
  {
    id: "mount/subpath-editors",
    severity: "info",
    text: pod({}, [{ path: "/etc/kubernetes/audit/policy.yaml", readOnly: true, type: "File" }, goodMounts[1]!]),
  },
  { id: "mount/webhook", severity: "error", text: pod({ "audit-webhook-config-file": "/etc/webhook/config" }) },
  {
    id: "mount/webhook",
    severity: "error",
    text: pod({ "audit-webhook-config-file": "/etc/kubernetes/audit/webhook" }),
    options: { webhookConfig: "clusters: [{cluster: {certificate-authority: /etc/other/ca.crt}}]" },
    says: "/etc/other/ca.crt",
  },
  { id: "pod/user", severity: "warning", text: pod({}, goodMounts, [], "{runAsUser: 1000}"), says: "user 1000" },
  { id: "ha", severity: "info", text: pod({}) },
];

function found({ text, policy, options }: Row): readonly ApiServerFinding[] {
  return lintApiServer(text, policy, options).findings;
}

const words = ({ message, consequence, mend }: ApiServerFinding): string => `${message} ${consequence} ${mend}`;

describe("lintApiServer", () => {
  test.each(rows.map((row, index) => [`${index} ${row.id}`, row] as const))("finds %s", (_name, row) => {
    const matching = found(row).filter(
      (one) => one.id === row.id && one.severity === row.severity && words(one).includes(row.says ?? ""),
    );
    expect(matching, JSON.stringify(found(row), null, 1)).toHaveLength(1);
    const [finding] = matching;
    if (finding?.line != null) expect(row.text.split("\n")[finding.line - 1]).toMatch(/- (--audit|\{name|-)/);
  });

  test("has a test for every check, and checks for every finding", () => {
    const ids = apiServerChecks.map(({ id }) => id);
    expect(ids.filter((id) => !rows.some((row) => row.id === id))).toEqual([]);
    for (const row of rows) for (const { id } of found(row)) expect(ids).toContain(id);
  });

  test("has nothing but a remark for a good manifest", () => {
    const { findings, configuration } = lintApiServer(pod({ "audit-log-mode": "blocking-strict" }), {
      rules: [{ level: "Metadata" }],
    });
    expect(findings.map(({ id }) => id)).toEqual(["ha"]);
    expect(configuration).toMatchObject({ source: "static-pod", runAsUser: null, runAsNonRoot: false });
    expect(configuration.mounts).toHaveLength(2);
  });

  test("puts the worst first", () => {
    const severities = lintApiServer(pod({ "audit-log-maxage": "7" }, [])).findings.map(({ severity }) => severity);
    const order = ["error", "warning", "info"];
    expect(severities).toEqual(severities.toSorted((one, other) => order.indexOf(one) - order.indexOf(other)));
  });

  test.each([
    [
      "v1beta3",
      "  extraArgs:\n    audit-policy-file: /etc/kubernetes/audit/policy.yaml\n    audit-log-path: /var/log/audit/audit.log\n",
    ],
    [
      "v1beta4",
      "  extraArgs:\n  - name: audit-policy-file\n    value: /etc/kubernetes/audit/policy.yaml\n  - {name: audit-log-path, value: /var/log/audit/audit.log}\n",
    ],
  ])("reads a kubeadm ClusterConfiguration %s among other documents", (version, args) => {
    const text = `apiVersion: kubeadm.k8s.io/${version}\nkind: InitConfiguration\n---\napiVersion: kubeadm.k8s.io/${version}\nkind: ClusterConfiguration\napiServer:\n${args}  extraVolumes:\n  - {name: audit, hostPath: /var/log/audit, mountPath: /var/log/audit, pathType: DirectoryOrCreate}\n`;
    const { configuration, findings } = lintApiServer(text);
    expect(configuration.source).toBe(`kubeadm-${version}`);
    expect(configuration.flags.map(({ name, value }) => [name, value])).toEqual([
      ["audit-policy-file", "/etc/kubernetes/audit/policy.yaml"],
      ["audit-log-path", "/var/log/audit/audit.log"],
    ]);
    expect(findings.filter(({ id }) => id.startsWith("mount/")).map(({ id }) => id)).toEqual(["mount/policy-missing"]);
  });

  test.each([
    ["one flag a line", "kube-apiserver\n--audit-policy-file=/p\n--audit-log-path=/a/b.log\n--audit-log-compress\n"],
    ["one line", "kube-apiserver --audit-policy-file=/p --audit-log-path /a/b.log --audit-log-compress --v=2"],
    [
      "lines with backslashes and quotes",
      "kube-apiserver \\\n  --audit-policy-file='/p' \\\n  --audit-log-path=\"/a/b.log\" \\\n  --audit-log-compress",
    ],
  ])("reads a plain list of flags: %s", (_name, text) => {
    const { configuration } = lintApiServer(text);
    const flags = Object.fromEntries(configuration.flags.map(({ name, value }) => [name, value]));
    expect(flags).toMatchObject({
      "audit-policy-file": "/p",
      "audit-log-path": "/a/b.log",
      "audit-log-compress": null,
    });
    expect(configuration.mounts).toBeNull();
  });

  test("reads flags behind a shell, and flag and value as two items", () => {
    const shell = pod({}).replace(
      / {4}- kube-apiserver[^]*?volumeMounts/,
      '    - sh\n    - -c\n    - "exec kube-apiserver --audit-policy-file=/p --audit-log-path=/l/a.log"\n    volumeMounts',
    );
    expect(lintApiServer(shell).configuration.flags.map(({ name }) => name)).toContain("audit-log-path");
    const split = pod({ "audit-log-maxage": undefined }, goodMounts, ["--audit-log-maxage", '"30"']);
    expect(lintApiServer(split).findings.map(({ id }) => id)).toEqual(["ha"]);
  });

  test.each([
    ["", "KAUDIT_POLICY_SYNTAX"],
    ["hello", "KAUDIT_POLICY_SYNTAX"],
    ["apiVersion: v1\nkind: ConfigMap", "KAUDIT_POLICY_SYNTAX"],
    ["apiVersion: v1\nkind: Pod\nspec: [", "KAUDIT_POLICY_SYNTAX"],
    ["apiVersion: v1\nkind: Pod\nspec: {containers: [{name: etcd}]}", "KAUDIT_POLICY_SYNTAX"],
    ["#".repeat(600_000), "KAUDIT_POLICY_LIMIT"],
  ])("refuses what is no configuration of an API server: %j", (text, code) => {
    expect(() => lintApiServer(text)).toThrow(expect.objectContaining({ code }));
  });
});
