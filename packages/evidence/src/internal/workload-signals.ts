import type { AuditEvent } from "@kaudit/schema";

type Fields = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function objects(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.slice(0, 200).filter(isObject) : [];
}

/** Capabilities that lead out of a container, or near it. */
const strongCapabilities = new Set(["ALL", "SYS_ADMIN", "SYS_PTRACE", "SYS_MODULE", "DAC_READ_SEARCH", "NET_ADMIN"]);

/**
 * Gives words for what a recorded workload asks for: `privileged-container`, `strong-capabilities`, `host-path`, `host-network`,
 * `host-pid`, `host-ipc`, `uses-secret` (as volume or environment), `projects-token` (a service-account token for another
 * audience or time). Nothing else of the bodies is kept. Of a patch, the objects that it holds are read; a JSON Patch is not.
 */
export function workloadSignals({ requestObject, responseObject }: AuditEvent): string[] {
  const found = new Set<string>();
  for (const body of [requestObject, responseObject]) {
    const spec = podSpec(body);
    if (spec !== null) readSpec(spec, found);
  }
  return [...found].toSorted();
}

/** The pod's own spec, or that of the template of what makes pods (in a CronJob two templates deep). */
function podSpec(body: unknown): Fields | null {
  let at: unknown = isObject(body) ? body["spec"] : null;
  for (let depth = 0; depth < 3 && isObject(at); depth++) {
    if (Array.isArray(at["containers"]) || Array.isArray(at["volumes"]) || Array.isArray(at["initContainers"]))
      return at;
    const template = at["jobTemplate"] ?? at["template"];
    at = isObject(template) ? template["spec"] : null;
  }
  return null;
}

function readSpec(spec: Fields, found: Set<string>): void {
  if (spec["hostNetwork"] === true) found.add("host-network");
  if (spec["hostPID"] === true) found.add("host-pid");
  if (spec["hostIPC"] === true) found.add("host-ipc");
  for (const volume of objects(spec["volumes"])) {
    if (isObject(volume["hostPath"])) found.add("host-path");
    if (isObject(volume["secret"])) found.add("uses-secret");
    const projected = volume["projected"];
    for (const source of isObject(projected) ? objects(projected["sources"]) : []) {
      if (isObject(source["secret"])) found.add("uses-secret");
      const token = source["serviceAccountToken"];
      if (isObject(token) && typeof token["audience"] === "string" && token["audience"] !== "")
        found.add("projects-token");
    }
  }
  const containers = ["containers", "initContainers", "ephemeralContainers"];
  for (const container of containers.flatMap((name) => objects(spec[name]))) readContainer(container, found);
}

function readContainer(container: Fields, found: Set<string>): void {
  const security = isObject(container["securityContext"]) ? container["securityContext"] : {};
  if (security["privileged"] === true) found.add("privileged-container");
  const added = isObject(security["capabilities"]) ? security["capabilities"]["add"] : null;
  if (
    Array.isArray(added) &&
    added.some((name) => typeof name === "string" && strongCapabilities.has(name.toUpperCase()))
  )
    found.add("strong-capabilities");
  const fromKeys = objects(container["env"]).map((entry) => entry["valueFrom"]);
  if (fromKeys.some((from) => isObject(from) && isObject(from["secretKeyRef"]))) found.add("uses-secret");
  if (objects(container["envFrom"]).some((from) => isObject(from["secretRef"]))) found.add("uses-secret");
}
