import type { EnvelopeReader, LineReader } from "../src/envelopes/envelope.js";

/** A box inside a box: `{"box": text, "pod": "a"}`; and what it can say of its content. */
export const boxReader: EnvelopeReader = ({ box, pod, cluster, cut, zip, foreign }) => {
  const facts = {
    ...(typeof pod === "string" ? { instance: pod } : {}),
    ...(typeof cluster === "string" ? { cluster } : {}),
    blindSpots: typeof pod === "string" ? (["no-reads"] as const) : (["large-events-cut"] as const),
  };
  const opened = { envelope: "test-box", facts };
  if (typeof foreign === "string") return { ...opened, contents: [{ kind: "foreign", name: foreign }] };
  if (typeof zip === "string") return { ...opened, contents: [{ kind: "bytes", bytes: Buffer.from(zip, "base64") }] };
  if (typeof box === "string") {
    return { ...opened, contents: [{ kind: "text", text: box, ...(cut === true ? { cut } : {}) }] };
  }
  if (typeof box !== "object" || box === null) return undefined;
  const values = Array.isArray(box) ? (box as unknown[]) : [box];
  return { ...opened, contents: values.map((value) => ({ kind: "value", value })) };
};

/** `stdout P text` and `stdout F text`, behind a mark. */
export const pieceReader: LineReader = (head) => {
  const found = /^test-piece (\w+) ([PF]) /.exec(head);
  if (found === null) return undefined;
  const piece = { stream: found[1] ?? "", isLast: found[2] === "F" };
  return { envelope: "test-piece", facts: {}, start: found[0].length, piece };
};
