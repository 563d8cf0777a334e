import type { LogWriter } from "@kaudit/schema";
import { fieldAt, firstTextAt } from "./json-fields.js";

type Paths = readonly (readonly string[])[];

/** Where collectors put what Kubernetes told them of the container: Fluent Bit and Fluentd, Beats, Vector, Google, Loki. */
const namespacePaths: Paths = [
  ["kubernetes", "namespace_name"],
  ["kubernetes", "pod_namespace"],
  ["kubernetes", "namespace"],
  ["resource", "labels", "namespace_name"],
  ["stream", "namespace"],
  ["labels", "namespace"],
];
const podPaths: Paths = [
  ["kubernetes", "pod_name"],
  ["kubernetes", "pod", "name"],
  ["resource", "labels", "pod_name"],
  ["stream", "pod"],
  ["labels", "pod"],
];
const containerPaths: Paths = [
  ["kubernetes", "container_name"],
  ["kubernetes", "container", "name"],
  ["resource", "labels", "container_name"],
  ["stream", "container"],
  ["labels", "container"],
];

/** Where collectors put the path of the file, which the kubelet names after the container, or a tag made of it. */
const filePaths: Paths = [
  ["log", "file", "path"],
  ["tag"],
  ["file"],
  ["filename"],
  ["filepath"],
  ["path"],
  ["source"],
  ["stream", "filename"],
  ["labels", "filename"],
  ["logStreamName"],
  ["logStream"],
  ["@logStream"],
  ["CONTAINER_NAME"],
];

const name = "[a-z0-9][a-z0-9.-]{0,252}";
const label = "[a-z0-9][a-z0-9-]{0,62}";
const containersFile = new RegExp(
  String.raw`(?:^|[/.])containers[/.](?<pod>${name})_(?<namespace>${label})_(?<container>${label})-[0-9a-f]{64}(?:\.|$)`,
);
const podsFile = new RegExp(
  String.raw`(?:^|[/.])(?<namespace>${label})_(?<pod>${name})_[0-9a-f-]{32,36}[/.](?<container>${label})[/.]\d+\.log`,
);
/** As the kubelet named containers of Docker. */
const dockerName = new RegExp(
  String.raw`^/?k8s_(?<container>${label})_(?<pod>${name})_(?<namespace>${label})_[0-9a-f-]{32,36}_\d+$`,
);

/**
 * Gives the container that wrote what lies in an envelope, as far as the envelope's own fields name it; undefined where
 * they name none. Fields inside of what was written do not count: whoever writes can write those.
 */
export function envelopeWriter(envelope: unknown): LogWriter | undefined {
  const namespace = firstTextAt(envelope, namespacePaths);
  const pod = firstTextAt(envelope, podPaths);
  const container = firstTextAt(envelope, containerPaths);
  if (pod !== undefined || container !== undefined) return writer(namespace, pod, container);
  const path = firstTextAt(envelope, filePaths);
  return (path === undefined ? undefined : writerOfPath(path)) ?? datadogWriter(fieldAt(envelope, "tags"));
}

/** Gives the container whose output a file holds, by the names that the kubelet gives such files. */
export function writerOfPath(path: string): LogWriter | undefined {
  const groups = (containersFile.exec(path) ?? podsFile.exec(path) ?? dockerName.exec(path))?.groups;
  return groups === undefined ? undefined : writer(groups["namespace"], groups["pod"], groups["container"]);
}

/** Puts together what is known of a container. */
export function writer(namespace?: string, pod?: string, container?: string): LogWriter {
  return {
    ...(namespace === undefined ? {} : { namespace }),
    ...(pod === undefined ? {} : { pod }),
    ...(container === undefined ? {} : { container }),
  };
}

/** Datadog's agent puts it into the tags: `pod_name:web-0`. */
function datadogWriter(tags: unknown): LogWriter | undefined {
  if (!Array.isArray(tags)) return undefined;
  const tagged = (key: string): string | undefined =>
    tags.find((tag): tag is string => typeof tag === "string" && tag.startsWith(`${key}:`))?.slice(key.length + 1);
  const pod = tagged("pod_name");
  return pod === undefined ? undefined : writer(tagged("kube_namespace"), pod, tagged("kube_container_name"));
}
