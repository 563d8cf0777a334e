import { isUint8Array } from "node:util/types";
import { StreamError } from "../errors.js";
import type { ResolvedOptions } from "../options.js";
import { isWebByteStream } from "./byte-chunks.js";
import { contentBytes } from "./content-bytes.js";
import type { ByteStream, EventInput, NamedContent, NamedInput, ResponseInput } from "./event-input.js";
import type { InputFile } from "./input-file.js";
import type { ObjectInput } from "./object-reader.js";
import { streamBytes } from "./stream-bytes.js";

/** The inputs that are read as they are: all but paths, addresses and objects of a store. */
export type StreamInput = Exclude<EventInput, string | ObjectInput>;

/** One thing to be read, before it has a name. */
interface Unnamed {
  readonly kind: "stream" | "bytes";
  readonly bytes: number;
  open(file: string): AsyncIterable<Uint8Array>;
}

/**
 * Gives streams, bytes, named inputs and answers of `fetch` as files to be read, in their order. What has no name is
 * called `stream` or `bytes`, with a number where there are several.
 *
 * Throws StreamError `KAUDIT_STREAM_OPTION_INVALID` for anything else, for a name that is missing or given twice.
 */
export function streamFiles(inputs: readonly StreamInput[], options: ResolvedOptions): readonly InputFile[] {
  const names = new Set<string>();
  const parts = inputs.map((input) => {
    if (!isNamed(input)) return unnamed(input, options);
    if (typeof input.name !== "string" || input.name === "") throw invalid("name: expected a text that is not empty.");
    if (names.has(input.name)) throw invalid(`${input.name}: two inputs have this name. Give each a name of its own.`);
    names.add(input.name);
    return namedFile(input, options);
  });
  const counts = { stream: 0, bytes: 0 };
  for (const part of parts) if ("kind" in part) counts[part.kind]++;
  const numbers = { stream: 0, bytes: 0 };
  return parts.map((part) => {
    if (!("kind" in part)) return part;
    const { kind, bytes } = part;
    let file: string;
    do file = counts[kind] === 1 && !names.has(kind) ? kind : `${kind}-${++numbers[kind]}`;
    while (names.has(file));
    names.add(file);
    return asFile({ file, instance: options.instance ?? file, bytes, open: () => part.open(file) });
  });
}

/** Standard input as a file to be read. */
export function standardInput(options: ResolvedOptions): InputFile {
  const open = () => streamBytes(() => options.stdin ?? process.stdin, "-", options.signal);
  return asFile({ file: "-", instance: options.instance ?? "stdin", bytes: 0, open });
}

function asFile(file: Pick<InputFile, "file" | "instance" | "bytes" | "open">): InputFile {
  return { ...file, instanceBasis: "option", named: true };
}

function isNamed(input: StreamInput): input is NamedInput | NamedContent {
  return typeof input === "object" && input !== null && ("content" in input || ("open" in input && "name" in input));
}

function namedFile(input: NamedInput | NamedContent, { instance, signal }: ResolvedOptions): InputFile {
  const { name: file } = input;
  const folder = file.slice(0, Math.max(0, file.lastIndexOf("/")));
  const identity = {
    instance: instance ?? (folder || file),
    instanceBasis: instance === undefined && folder !== "" ? ("directory" as const) : ("option" as const),
  };
  if ("content" in input) {
    const pieces = isUint8Array(input.content) ? [input.content] : input.content;
    if (!Array.isArray(pieces) || !pieces.every((piece) => isUint8Array(piece)))
      throw invalid(`${file}: content: expected a Uint8Array or an array of them.`);
    const bytes = pieces.reduce((sum, piece) => sum + piece.length, 0);
    return { ...asFile({ file, instance: "", bytes, open: () => contentBytes(pieces) }), ...identity };
  }
  const open = () => streamBytes(() => input.open(), file, signal);
  return { ...asFile({ file, instance: "", bytes: input.bytes ?? 0, open }), ...identity };
}

function unnamed(input: Exclude<StreamInput, NamedInput | NamedContent>, { signal }: ResolvedOptions): Unnamed {
  if (isUint8Array(input)) return { kind: "bytes", bytes: input.length, open: () => contentBytes([input]) };
  if (isByteStream(input)) return { kind: "stream", bytes: 0, open: (file) => streamBytes(() => input, file, signal) };
  if (typeof input === "object" && input !== null && "body" in input && "status" in input)
    return { kind: "stream", bytes: 0, open: (file) => responseBytes(input, file, signal) };
  throw invalid(
    "an input is none of: text, stream of bytes, bytes, { name, open }, { name, content }, { store, path }.",
  );
}

function isByteStream(input: unknown): input is ByteStream {
  if (typeof input !== "object" || input === null) return false;
  return Symbol.asyncIterator in input || isWebByteStream(input);
}

async function* responseBytes(
  { body, bodyUsed, ok, status }: ResponseInput,
  file: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const refuse = (why: string): StreamError =>
    new StreamError("KAUDIT_STREAM_INPUT_UNREADABLE", `${file}: ${why}`, { details: { path: file, status } });
  if (!ok) throw refuse(`the server answered with status ${Number(status)}, not with a log.`);
  if (bodyUsed) throw refuse("the body of the answer was read already. Give the answer before its body is read.");
  if (body !== null) yield* streamBytes(() => body, file, signal);
}

function invalid(message: string): StreamError {
  return new StreamError("KAUDIT_STREAM_OPTION_INVALID", message, { details: { option: "inputs" } });
}
