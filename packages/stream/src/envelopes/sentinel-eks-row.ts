import { logMessageContent } from "./eks-log-stream.js";
import type { EnvelopeReader } from "./envelope.js";
import { textAt } from "./json-fields.js";

/** Opens a row of Microsoft Sentinel's tables AWSEKSLogs and AWSEKSLogs_CL: `RawEvent` holds the whole event. */
export const sentinelEksRow: EnvelopeReader = (value) => {
  if (value["RawEvent"] === undefined || value["RawEvent"] === null) return undefined;
  const isEks = ["AuthDecision", "ClusterName"].some((column) => Object.hasOwn(value, column));
  if (!isEks && textAt(value, "Type")?.startsWith("AWSEKSLogs") !== true) return undefined;
  const cluster = textAt(value, "ClusterName");
  const facts = { origin: "eks", ...(cluster !== undefined && { cluster }), blindSpots: ["large-events-cut"] } as const;
  return { envelope: "sentinel-eks", facts, contents: [logMessageContent(value["RawEvent"], undefined)] };
};
