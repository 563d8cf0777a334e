import { isEventLike } from "@kaudit/schema";
import type { EnvelopeReader } from "./envelope.js";

/** Opens an event to which Google Distributed Cloud added where it came from. */
export const distributedCloudEvent: EnvelopeReader = (value) => {
  if (!isEventLike(value) || !Object.hasOwn(value, "_gdch_service_name")) return undefined;
  const own = Object.entries(value).filter(([name]) => name !== "hostname" && !name.startsWith("_gdch_"));
  return { envelope: "gdc", facts: {}, contents: [{ kind: "value", value: Object.fromEntries(own) }] };
};
