import { decodeQueryPart, maskCommand } from "../mask.js";
import type { SessionsRow } from "../register-row.js";
import { rowList, rowText } from "./row-text.js";
import type { Target } from "./target.js";

/** What a request URI tells about a session. Credential-looking arguments are masked. */
export interface SessionDetails {
  readonly kind: SessionsRow["kind"];
  readonly pod: string;
  readonly container: string;
  readonly command: readonly string[];
  readonly tty: boolean;
  readonly stdin: boolean;
}

/**
 * Reads kind, pod, container, command, tty and stdin from the request URI.
 *
 * Through `nodes/proxy` the kubelet's own API is reached: `/run|exec|attach/<namespace>/<pod>/<container>` and
 * `/portForward/<namespace>/<pod>` name the pod as `<namespace>/<pod>`, since the request itself has no namespace.
 */
export function sessionDetails(requestURI: string, target: Target, verb: string): SessionDetails {
  const mark = requestURI.indexOf("?");
  const query = mark === -1 ? "" : requestURI.slice(mark + 1);
  const path = mark === -1 ? requestURI : requestURI.slice(0, mark);
  const kind = kindOf(target, verb);
  const values = (name: string): string[] => queryValues(query, name);
  const kubelet = kind === "proxy" && target.resource === "nodes" ? kubeletPath(path) : null;
  const command = [...values("command"), ...(kubelet === null ? [] : values("cmd"))];
  return {
    kind,
    pod: rowText(kubelet?.pod ?? podOf(target, kind)),
    container: rowText(kubelet?.container ?? values("container")[0] ?? ""),
    command: maskedCommand(command),
    tty: isSet(values("tty")[0]),
    stdin: isSet(values("stdin")[0] ?? values("input")[0]),
  };
}

/**
 * Reads what a recorded change of ephemeral containers adds: the last of those that were sent, as clients add to the list. Gives
 * `details` as it is where the body was not recorded.
 */
export function withDebugContainer(details: SessionDetails, body: unknown): SessionDetails {
  const spec = fieldsOf(fieldsOf(body)["spec"]);
  const list = spec["ephemeralContainers"];
  const added = Array.isArray(list) ? fieldsOf(list.at(-1)) : {};
  if (typeof added["name"] !== "string") return details;
  return {
    ...details,
    container: rowText(added["name"]),
    command: maskedCommand([...textsOf(added["command"]), ...textsOf(added["args"])]),
    tty: added["tty"] === true,
    stdin: added["stdin"] === true,
  };
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === "string") : [];
}

/** Arguments beyond this many characters in all are not looked at: a URI can be a megabyte long. */
const longestCommand = 32_768;

function maskedCommand(command: readonly string[]): string[] {
  let characters = 0;
  const seen = command.findIndex((argument) => (characters += argument.length) > longestCommand);
  if (seen === -1) return rowList(maskCommand(command));
  return [...rowList(maskCommand(command.slice(0, seen))), `… [${command.length - seen} more arguments]`];
}

function kindOf(target: Target, verb: string): SessionsRow["kind"] {
  if (verb === "proxy") return "proxy";
  switch (target.subresource) {
    case "exec":
    case "attach":
    case "portforward":
      return target.subresource;
    case "ephemeralcontainers":
      return "ephemeralcontainer";
    default:
      return "proxy";
  }
}

/** A proxied pod's name may carry scheme and port: `https:pay:10250`. */
function podOf(target: Target, kind: SessionsRow["kind"]): string {
  if (target.resource !== "pods") return "";
  if (kind !== "proxy") return target.name;
  const parts = target.name.split(":");
  return (parts.length === 3 ? parts[1] : parts[0]) ?? "";
}

function kubeletPath(path: string): { pod: string; container: string } | null {
  const match = /\/proxy\/(?:run|exec|attach|portForward)\/([^/]+)\/([^/]+)(?:\/([^/]+))?(?:\/([^/]+))?\/?$/.exec(path);
  if (match === null) return null;
  const [, namespace = "", pod = "", third = "", fourth = ""] = match;
  // The long form has the pod's uid before the container.
  const container = fourth === "" ? third : fourth;
  return { pod: `${decodeQueryPart(namespace)}/${decodeQueryPart(pod)}`, container: decodeQueryPart(container) };
}

function queryValues(query: string, name: string): string[] {
  if (query === "") return [];
  const found: string[] = [];
  for (const pair of query.split("&")) {
    const equals = pair.indexOf("=");
    const key = equals === -1 ? pair : pair.slice(0, equals);
    if (decodeQueryPart(key) === name) found.push(equals === -1 ? "" : decodeQueryPart(pair.slice(equals + 1)));
  }
  return found;
}

/** How kube-apiserver reads a boolean query parameter: present, and neither `false` nor `0`. */
function isSet(value: string | undefined): boolean {
  return value !== undefined && !/^(?:false|0)$/i.test(value);
}
