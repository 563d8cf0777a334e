import { LineCounter, parseAllDocuments } from "yaml";
import type { Document } from "yaml";

import { PolicyError } from "../errors.js";
import type { ApiServerConfiguration, ApiServerFlag, ApiServerMount } from "./api-server-configuration.js";
import { flagsFromItems, flagsFromText } from "./flag-list.js";

const maxCharacters = 512 * 1024;

/**
 * Reads the audit settings of a kube-apiserver from a static pod manifest, a kubeadm ClusterConfiguration (v1beta3 or
 * v1beta4, also among other documents of the same file), or a plain list of flags.
 *
 * @throws PolicyError `KAUDIT_POLICY_SYNTAX` when the text is none of these, `KAUDIT_POLICY_LIMIT` when it is larger
 * than 512 thousand characters.
 */
export function readApiServer(text: string): ApiServerConfiguration {
  if (text.length > maxCharacters) {
    throw new PolicyError(
      "KAUDIT_POLICY_LIMIT",
      "API server manifest: larger than 512 thousand characters. Is it the right file?",
    );
  }
  if (!/^\s*(apiVersion|kind)\s*:/m.test(text) && !text.trimStart().startsWith("{")) {
    const flags = flagsFromText(text);
    if (flags.length > 0) return { source: "flags", flags, mounts: null, runAsUser: null, runAsNonRoot: false };
    throw notRecognised("no kind of manifest and no flag (--name=value) was found");
  }
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: lines, prettyErrors: true });
  if (!Array.isArray(documents)) throw notRecognised("the file is empty");
  for (const document of documents) {
    const found = readDocument(document, lines);
    if (found !== undefined) return found;
  }
  const [error] = documents.flatMap((document) => document.errors);
  throw notRecognised(
    error === undefined
      ? "it holds no kube-apiserver pod and no ClusterConfiguration"
      : (error.message.split("\n")[0] ?? ""),
  );
}

function notRecognised(reason: string): PolicyError {
  return new PolicyError(
    "KAUDIT_POLICY_SYNTAX",
    `API server manifest: ${reason}. Expected the static pod (kube-apiserver.yaml), a kubeadm ClusterConfiguration, or a list of flags.`,
  );
}

type Fields = Readonly<Record<string, unknown>>;

function readDocument(document: Document, lines: LineCounter): ApiServerConfiguration | undefined {
  if (document.errors.length > 0) return undefined;
  const lineOf = (path: readonly (string | number)[]): number => {
    const node = document.getIn(path, true) as
      | { readonly range?: readonly [number, number, number] | null }
      | undefined;
    return lines.linePos(node?.range?.[0] ?? 0).line;
  };
  const root = fieldsOf(document.toJS({ maxAliasCount: 100 }));
  if (root["kind"] === "Pod") return readPod(root, lineOf);
  if (root["kind"] === "ClusterConfiguration") return readKubeadm(root, lineOf);
  return undefined;
}

type LineOf = (path: readonly (string | number)[]) => number;

function readPod(pod: Fields, lineOf: LineOf): ApiServerConfiguration | undefined {
  const spec = fieldsOf(pod["spec"]);
  const containers = listOf(spec["containers"]).map(fieldsOf);
  const isApiServer = (container: Fields): boolean =>
    container["name"] === "kube-apiserver" ||
    [...listOf(container["command"]), ...listOf(container["args"])].some((item) =>
      String(item).includes("kube-apiserver"),
    );
  const at = containers.findIndex(isApiServer);
  const container = containers[at];
  if (container === undefined) return undefined;
  const base = ["spec", "containers", at];
  const items = ["command", "args"].flatMap((field) =>
    listOf(container[field]).map((item, index) => ({ text: String(item), line: lineOf([...base, field, index]) })),
  );
  const volumes = listOf(spec["volumes"]).map(fieldsOf);
  const mounts = listOf(container["volumeMounts"]).map((item, index): ApiServerMount => {
    const mount = fieldsOf(item);
    const volume = volumes.find((one) => one["name"] === mount["name"]) ?? {};
    const hostPath = fieldsOf(volume["hostPath"]);
    return {
      mountPath: textOf(mount["mountPath"]),
      readOnly: mount["readOnly"] === true,
      hostPath: typeof hostPath["path"] === "string" ? hostPath["path"] : null,
      hostPathType: textOf(hostPath["type"]),
      subPath: textOf(mount["subPath"]),
      line: lineOf([...base, "volumeMounts", index]),
    };
  });
  const security = { ...fieldsOf(spec["securityContext"]), ...fieldsOf(container["securityContext"]) };
  return {
    source: "static-pod",
    flags: flagsFromItems(items),
    mounts,
    runAsUser: typeof security["runAsUser"] === "number" ? security["runAsUser"] : null,
    runAsNonRoot: security["runAsNonRoot"] === true,
  };
}

/** What kubeadm mounts into the API server on its own, read-only. */
const kubeadmMounts = ["/etc/kubernetes/pki", "/etc/ssl/certs", "/etc/ca-certificates", "/usr/share/ca-certificates"];

function readKubeadm(root: Fields, lineOf: LineOf): ApiServerConfiguration {
  const apiServer = fieldsOf(root["apiServer"]);
  const args = apiServer["extraArgs"];
  const base = ["apiServer", "extraArgs"];
  const flags: ApiServerFlag[] = Array.isArray(args)
    ? args.map((item, index) => {
        const { name, value } = fieldsOf(item);
        return { name: textOf(name), value: textOf(value), line: lineOf([...base, index]), isUnsplit: false };
      })
    : Object.entries(fieldsOf(args)).map(([name, value]) => ({
        name,
        value: textOf(value),
        line: lineOf([...base, name]),
        isUnsplit: false,
      }));
  const extra = listOf(apiServer["extraVolumes"]).map((item, index): ApiServerMount => {
    const volume = fieldsOf(item);
    return {
      mountPath: textOf(volume["mountPath"]),
      readOnly: volume["readOnly"] === true,
      hostPath: textOf(volume["hostPath"]),
      hostPathType: textOf(volume["pathType"]),
      subPath: "",
      line: lineOf(["apiServer", "extraVolumes", index]),
    };
  });
  const own = kubeadmMounts.map((path): ApiServerMount => ({
    mountPath: path,
    readOnly: true,
    hostPath: path,
    hostPathType: "DirectoryOrCreate",
    subPath: "",
    line: lineOf(["apiServer"]),
  }));
  const version = textOf(root["apiVersion"]).split("/").at(-1);
  return {
    source: version === "v1beta4" ? "kubeadm-v1beta4" : "kubeadm-v1beta3",
    flags,
    mounts: [...extra, ...own],
    runAsUser: null,
    runAsNonRoot: false,
  };
}

function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function textOf(value: unknown): string {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? String(value) : "";
}
