import { isEventLike } from "@kaudit/schema";
import { carriedContent, carriedContents } from "./carried-content.js";
import type { EnvelopeFacts, EnvelopeReader } from "./envelope.js";
import { fieldAt, isJsonObject, textAt } from "./json-fields.js";
import type { JsonObject } from "./json-fields.js";
import { loggedBy } from "./logged-by.js";

/** The answer to a search of Datadog's logs (API v2): `{"data": [{"id": …, "type": "log", "attributes": {…}}]}`. */
export const datadogSearch: EnvelopeReader = (value) => {
  const { data } = value;
  if (!Array.isArray(data) || data.length === 0 || !data.every((entry) => fieldAt(entry, "type") === "log")) {
    return undefined;
  }
  return { envelope: "datadog-search", facts: {}, contents: carriedContents(data, "data") };
};

/**
 * A log of Datadog, as a search gives it or as it lies in an archive: `message` is the line; `attributes` is what Datadog
 * made of it, and stands alone once the line was parsed. `host` is the machine of the agent, the tag
 * `kube_cluster_name` the cluster.
 */
export const datadogLog: EnvelopeReader = (value) => {
  const log = value["type"] === "log" && isJsonObject(value["attributes"]) ? value["attributes"] : value;
  const { attributes } = log;
  if (!isJsonObject(attributes)) return undefined;
  const message = carriedContent(log["message"]);
  const isLine = message?.kind === "text" && message.text.trimStart().startsWith("{");
  const content = !isLine && isEventLike(attributes) ? carriedContent(attributes) : message;
  if (content === undefined) return undefined;
  return { envelope: "datadog", facts: logIdentity(log), contents: [{ ...loggedBy(log), ...content }] };
};

/** The agent puts the cluster into the tags. */
const clusterTag = /^(?:kube_cluster_name|cluster_name):(.+)$/s;

function logIdentity(log: JsonObject): EnvelopeFacts {
  const instance = textAt(log, "host");
  const tags = Array.isArray(log["tags"]) ? log["tags"] : [];
  const cluster = tags.map((tag) => (typeof tag === "string" ? clusterTag.exec(tag)?.[1] : undefined)).find(Boolean);
  return { ...(instance === undefined ? {} : { instance }), ...(cluster === undefined ? {} : { cluster }) };
}
