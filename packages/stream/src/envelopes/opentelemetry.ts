import { envelopeTime } from "./envelope-time.js";
import type { EnvelopeContent, EnvelopeFacts, EnvelopeReader } from "./envelope.js";
import { fieldAt, isJsonObject, listAt, textAt } from "./json-fields.js";
import type { JsonObject } from "./json-fields.js";
import { writer, writerOfPath } from "./log-writer.js";
import { isApiServerName } from "./shipper-identity.js";

/**
 * Opens logs of OpenTelemetry in OTLP's JSON form, as the Collector's file and Kafka exporters write them: the line, or
 * what a collector's parser made of it, is the `body` of each record. A record of which the body is neither is rejected.
 *
 * The attributes of the resource name the cluster, the container and the machine; the API server is the container's pod
 * where it is one of kube-apiserver's own, else the machine.
 */
export const openTelemetryLogs: EnvelopeReader = (value) => {
  const resourceLogs = listAt(value, "resourceLogs");
  if (resourceLogs === undefined || !resourceLogs.some((logs) => isJsonObject(logs) && scopesOf(logs) !== undefined)) {
    return undefined;
  }
  return { envelope: "otlp", facts: {}, contents: resourceLogs.flatMap(resourceContents) };
};

function resourceContents(logs: unknown): readonly EnvelopeContent[] {
  const scopes = isJsonObject(logs) ? scopesOf(logs) : undefined;
  if (scopes === undefined) return [{ kind: "value", value: logs }];
  const resource = attributesIn(fieldAt(logs, "resource"));
  return scopes.flatMap((scope): readonly EnvelopeContent[] => {
    const records = isJsonObject(scope) ? listAt(scope, "logRecords") : undefined;
    return records === undefined
      ? [{ kind: "value", value: scope }]
      : records.map((record) => logContent(record, resource));
  });
}

/** `instrumentationLibraryLogs` is what `scopeLogs` was called until OTLP 0.15. */
function scopesOf(logs: JsonObject): readonly unknown[] | undefined {
  return listAt(logs, "scopeLogs") ?? listAt(logs, "instrumentationLibraryLogs");
}

function logContent(record: unknown, resource: Attributes): EnvelopeContent {
  if (!isJsonObject(record)) return { kind: "value", value: record };
  const attributes = new Map([...resource, ...attributesIn(record)]);
  const time = envelopeTime(record);
  const wrote = writerOf(attributes);
  const around = {
    facts: identity(attributes),
    ...(time === undefined ? {} : { time }),
    ...(wrote === undefined ? {} : { writer: wrote }),
  };
  const body = anyValue(record["body"]);
  if (typeof body === "string") return { kind: "text", text: body, ...around };
  if (isJsonObject(body)) return { kind: "value", value: body, ...around };
  return { kind: "rejected", reason: "not-an-event", detail: "body: expected text or an object", ...around };
}

type Attributes = ReadonlyMap<string, unknown>;

function attributesIn(holder: unknown): Attributes {
  const attributes = fieldAt(holder, "attributes");
  const pairs = Array.isArray(attributes) ? attributes : [];
  return new Map(
    pairs.flatMap((pair) => {
      const key = textAt(pair, "key");
      return key === undefined ? [] : [[key, anyValue(fieldAt(pair, "value"))] as const];
    }),
  );
}

function identity(attributes: Attributes): EnvelopeFacts {
  const pod = textIn(attributes, "k8s.pod.name");
  const machine = textIn(attributes, "k8s.node.name") ?? textIn(attributes, "host.name");
  const instance = pod === undefined ? machine : isApiServerName(pod) ? pod : undefined;
  const cluster = textIn(attributes, "k8s.cluster.name");
  return { ...(instance === undefined ? {} : { instance }), ...(cluster === undefined ? {} : { cluster }) };
}

function writerOf(attributes: Attributes) {
  const pod = textIn(attributes, "k8s.pod.name");
  const container = textIn(attributes, "k8s.container.name");
  if (pod !== undefined || container !== undefined) {
    return writer(textIn(attributes, "k8s.namespace.name"), pod, container);
  }
  const path = textIn(attributes, "log.file.path");
  return path === undefined ? undefined : writerOfPath(path);
}

function textIn(attributes: Attributes, key: string): string | undefined {
  const value = attributes.get(key);
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** Gives an AnyValue of OTLP as the JSON it stands for. A whole number is text there where it does not fit a double. */
function anyValue(value: unknown): unknown {
  if (!isJsonObject(value)) return undefined;
  const [kind] = Object.keys(value);
  const held = kind === undefined ? undefined : value[kind];
  switch (kind) {
    case "stringValue":
    case "boolValue":
    case "doubleValue":
    case "bytesValue":
      return held;
    case "intValue":
      return typeof held === "string" && /^-?\d{1,15}$/.test(held) ? Number(held) : held;
    case "arrayValue":
      return (Array.isArray(fieldAt(held, "values")) ? (fieldAt(held, "values") as unknown[]) : []).map(anyValue);
    case "kvlistValue":
      return Object.fromEntries(attributesIn({ attributes: fieldAt(held, "values") }));
    default:
      return null;
  }
}
