import type { EnvelopeReader } from "./envelope.js";

const fields = new Set(["log", "stream", "time", "attrs"]);

/**
 * A line of Docker's logging driver `json-file`. Docker cuts lines into pieces of 16 KiB; only the last one keeps the
 * line end. The line names no machine.
 */
export const dockerJsonFile: EnvelopeReader = (value) => {
  const { log, stream, time } = value;
  if (typeof log !== "string" || typeof stream !== "string" || typeof time !== "string") return undefined;
  if (!Object.keys(value).every((key) => fields.has(key))) return undefined;
  const isLast = log.endsWith("\n");
  return {
    envelope: "docker-json-file",
    facts: {},
    contents: [{ kind: "text", text: isLast ? log.slice(0, -1) : log, piece: { stream, isLast } }],
  };
};
