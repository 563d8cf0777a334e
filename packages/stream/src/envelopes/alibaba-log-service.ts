import type { EnvelopeReader } from "./envelope.js";
import { textAt } from "./json-fields.js";
import { recordText } from "./record-text.js";

/** Opens a record of Alibaba Cloud's Simple Log Service, which holds the event as text in `content`. */
export const alibabaLogService: EnvelopeReader = (value) => {
  const content = textAt(value, "content");
  if (content === undefined || !["__time__", "__topic__", "__source__"].some((name) => Object.hasOwn(value, name))) {
    return undefined;
  }
  return { envelope: "alibaba-sls", facts: {}, contents: [recordText(content)] };
};
