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

const listPaths = [
  ["events"],
  ["records"],
  ["Records"],
  ["logEvents"],
  ["results"],
  ["value"],
  ["hits", "hits"],
] as const;

/** A list of boxes under one of the fields where long lists are; `header`, which stands before it, makes it one. */
export const listReader: EnvelopeReader = (value) => {
  if (value["header"] !== "h") return undefined;
  for (const path of listPaths) {
    const list = path.reduce<unknown>((held, key) => (held as Record<string, unknown> | undefined)?.[key], value);
    if (!Array.isArray(list)) continue;
    const contents = list.map((item: unknown) => ({ kind: "value" as const, value: item }));
    return { envelope: "test-list", facts: { instance: String(value["pod"]) }, contents };
  }
  return undefined;
};
