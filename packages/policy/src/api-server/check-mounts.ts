import { parse } from "yaml";

import { quoted } from "../request-words.js";
import type { ApiServerMount } from "./api-server-configuration.js";
import type { ApiServerContext } from "./api-server-finding.js";

/** `mount/*`, `pod/user` and `ha`: whether the container can see the files that its flags name. */
export function checkMounts(context: ApiServerContext): void {
  const { mounts } = context.configuration;
  if (mounts !== null) {
    checkPolicyMount(context, mounts);
    checkLogMount(context, mounts);
    checkWebhookMounts(context, mounts);
  }
  checkUser(context);
  if (context.value("audit-policy-file") !== undefined) {
    context.add(
      "ha",
      "info",
      { flag: "audit-policy-file" },
      {
        message: "Each control plane node has an API server, with a policy file and an audit log of its own.",
        consequence: "A node with another policy, or whose log is not collected, leaves a gap in the evidence.",
        mend: "Compare the hashes of the policy files, and collect the log of every node.",
      },
    );
  }
}

/** The mount that a path of the container is in: the deepest one. */
function mountOf(path: string, mounts: readonly ApiServerMount[]): ApiServerMount | undefined {
  const parents = mounts.filter(
    ({ mountPath }) => path === mountPath || path.startsWith(`${mountPath.replace(/\/$/, "")}/`),
  );
  return parents.toSorted((one, other) => other.mountPath.length - one.mountPath.length)[0];
}

function checkPolicyMount(context: ApiServerContext, mounts: readonly ApiServerMount[]): void {
  const flag = "audit-policy-file";
  const path = context.value(flag);
  if (path === undefined) return;
  const mount = mountOf(path, mounts);
  if (mount === undefined) {
    context.add(
      "mount/policy-missing",
      "error",
      { flag },
      {
        message: `No volume is mounted where the policy is expected: ${quoted(path)}.`,
        consequence:
          "kube-apiserver cannot read the file and does not start; the pod crashes again and again. This is the most frequent reason after audit logging is turned on.",
        mend: "Add a hostPath volume for the file (type: File) or its directory, and mount it at that path, read-only.",
      },
    );
    return;
  }
  const isFile = mount.mountPath === path;
  if (isFile && mount.subPath === "" && mount.hostPathType.startsWith("Directory")) {
    context.add(
      "mount/type",
      "error",
      { flag, line: mount.line },
      {
        message: `The policy is mounted with the type ${mount.hostPathType} at the path of the file.`,
        consequence:
          mount.hostPathType === "DirectoryOrCreate"
            ? "If the file is missing, a directory of that name is made, and kube-apiserver stops because it is a directory."
            : "The kubelet refuses to start the pod, because the file is not a directory.",
        mend: "Use type: File, or mount the directory that holds the file.",
      },
    );
  }
  if (!mount.readOnly) {
    context.add(
      "mount/readonly",
      "info",
      { flag, line: mount.line },
      {
        message: "The policy is mounted writable.",
        consequence: "A compromised API server could change what is recorded after its next start.",
        mend: "Add readOnly: true to the mount.",
      },
    );
  }
  if (isFile) {
    context.add(
      "mount/subpath-editors",
      "info",
      { flag, line: mount.line },
      {
        message: "The policy is mounted as a single file.",
        consequence:
          "Editors replace a file instead of writing into it; the container keeps the old one. A new policy is read only at a start in any case.",
        mend: "After a change restart the API server: move its manifest out of the directory and back.",
      },
    );
  }
}

function checkLogMount(context: ApiServerContext, mounts: readonly ApiServerMount[]): void {
  const flag = "audit-log-path";
  const path = context.value(flag);
  if (path === undefined || path === "-") return;
  const mount = mountOf(path, mounts);
  if (mount === undefined || mount.hostPath === null) {
    context.add(
      "mount/log-missing",
      "error",
      { flag, ...(mount === undefined ? {} : { line: mount.line }) },
      {
        message:
          mount === undefined
            ? `No volume is mounted where the audit log is written: ${quoted(path)}.`
            : `The audit log is written to a volume that is not on the host: ${quoted(path)}.`,
        consequence: "The log lives in the container and is lost with it, and nothing on the node can collect it.",
        mend: "Mount a directory of the host (type: DirectoryOrCreate) that holds the file.",
      },
    );
    return;
  }
  if (mount.mountPath === path || mount.hostPathType.startsWith("File")) {
    context.add(
      "mount/log-file",
      "error",
      { flag, line: mount.line },
      {
        message: "The audit log is mounted as a single file.",
        consequence:
          "Rotation renames the file, which a mount point does not allow: the log grows without end, or writing fails.",
        mend: "Mount the directory that holds the log (type: DirectoryOrCreate).",
      },
    );
  }
  if (mount.readOnly) {
    context.add(
      "mount/readonly",
      "error",
      { flag, line: mount.line },
      {
        message: "The directory of the audit log is mounted read-only.",
        consequence: "kube-apiserver cannot write the log and does not start.",
        mend: "Remove readOnly: true from the mount.",
      },
    );
  }
}

/** Fields of a kubeconfig that name files. */
const fileFields = ["certificate-authority", "client-certificate", "client-key", "tokenFile"];

function checkWebhookMounts(context: ApiServerContext, mounts: readonly ApiServerMount[]): void {
  const flag = "audit-webhook-config-file";
  const path = context.value(flag);
  if (path === undefined) return;
  const files = [path, ...referencedFiles(context.webhookConfig)].filter((file) => file.startsWith("/"));
  const missing = files.filter((file) => mountOf(file, mounts) === undefined);
  if (missing.length === 0) return;
  context.add(
    "mount/webhook",
    "error",
    { flag },
    {
      message: `No volume is mounted for ${missing.map(quoted).join(", ")}.`,
      consequence:
        "kube-apiserver cannot read the configuration of the webhook, or the certificates in it, and does not start.",
      mend: "Mount the directory of these files read-only.",
    },
  );
}

/** Certificates and tokens that the kubeconfig of the webhook names. */
function referencedFiles(kubeconfig: string | undefined): readonly string[] {
  if (kubeconfig === undefined || kubeconfig.length > 1024 * 1024) return [];
  const found: string[] = [];
  const walk = (value: unknown, depth: number): void => {
    if (typeof value !== "object" || value === null || depth > 10) return;
    for (const [key, inner] of Object.entries(value)) {
      if (fileFields.includes(key) && typeof inner === "string") found.push(inner);
      walk(inner, depth + 1);
    }
  };
  try {
    walk(parse(kubeconfig, { maxAliasCount: 100 }), 0);
  } catch {
    // A kubeconfig that cannot be read names no files; kube-apiserver reports it at its start.
  }
  return found;
}

function checkUser(context: ApiServerContext): void {
  const { runAsUser, runAsNonRoot } = context.configuration;
  const path = context.value("audit-log-path");
  if (path === undefined || path === "-" || !((runAsUser ?? 0) > 0 || runAsNonRoot)) return;
  context.add(
    "pod/user",
    "warning",
    { flag: "audit-log-path" },
    {
      message: `The container does not run as root${runAsUser === null ? "" : ` (user ${runAsUser})`}.`,
      consequence:
        "It can write the audit log only if the directory on the host belongs to that user; the kubelet makes it for root, with mode 0755.",
      mend: "Make the directory on every control plane node and give it to that user, with mode 0700.",
    },
  );
}
