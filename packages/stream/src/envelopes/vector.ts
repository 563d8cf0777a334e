import type { EnvelopeReader } from "./envelope.js";
import { carriedContent } from "./carried-content.js";
import { shipperIdentity } from "./shipper-identity.js";

/** An event of Vector: the line in `message` beside `source_type`. `host` is the machine whose file was read. */
export const vector: EnvelopeReader = (value) => {
  if (typeof value["source_type"] !== "string") return undefined;
  const content = carriedContent(value["message"]);
  if (content === undefined) return undefined;
  return { envelope: "vector", facts: shipperIdentity(value), contents: [content] };
};
