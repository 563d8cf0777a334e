import type { DecompressionBudget } from "./decompression-budget.js";
import { detectFileForm, formBytes } from "./file-form.js";
import type { FileForm } from "./file-form.js";
import { gunzip } from "./gzip.js";
import type { DecompressionFailure } from "./gzip.js";
import { unzstd } from "./zstd.js";

/** Compressed data and archives may lie in each other to this depth; `.tar.gz` counts two. */
const mostLayers = 8;

/** The end of a file that could not be turned into records. */
export interface UnreadRest {
  readonly reason: "decompression-failed" | "invalid-utf8";
  readonly detail: string;
  /** How many bytes of the compressed data were left over. */
  readonly byteLength: number;
}

/** What is inside a file once every compression around it is taken off. */
export interface UnwrappedContent {
  /** The outermost compression. */
  readonly compression: "none" | "gzip" | "zstd";
  /** How many layers of compression and archives are around it. */
  readonly layers: number;
  readonly form: FileForm;
  /** The decompressed bytes, once. They end where they cannot be read on. */
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Why they ended early, if so: to be asked when they have ended and all raw bytes were read. */
  failure(): UnreadRest | undefined;
  /** Lets go of the decompressors; the source stays open. */
  close(): Promise<void>;
}

/** One layer of compression. */
interface CompressedLayer {
  /** Bytes it was given so far. */
  taken: number;
  failure?: DecompressionFailure;
}

/** Recognises compression by first bytes and takes it off, layer by layer. Never closes `source`. */
export async function unwrap(
  source: AsyncIterable<Uint8Array>,
  budget: DecompressionBudget,
  layersAround: number,
): Promise<UnwrappedContent> {
  const compressed: CompressedLayer[] = [];
  const opened: AsyncGenerator<Uint8Array>[] = [];
  let outermost: "none" | "gzip" | "zstd" = "none";
  let layers = layersAround;
  let { form, chunks } = await recognise(source);
  while (form.kind === "gzip" || form.kind === "zstd" || form.kind === "tar" || form.kind === "zip") {
    if (layers >= mostLayers) {
      form = {
        kind: "unread",
        reason: "decompression-failed",
        detail: `compressed data and archives in each other more than ${mostLayers} layers deep; unpack them first`,
      };
      break;
    }
    layers++;
    if (form.kind === "tar" || form.kind === "zip") break;
    if (outermost === "none") outermost = form.kind;
    const layer: CompressedLayer = { taken: 0 };
    const content = decompressed(form.kind, chunks, layer, budget);
    compressed.push(layer);
    opened.unshift(content);
    ({ form, chunks } = await recognise(content));
  }
  return {
    compression: outermost,
    layers,
    form,
    chunks,
    failure() {
      const broken = compressed.find((layer) => layer.failure !== undefined);
      if (broken?.failure === undefined) return undefined;
      const { detail, rawOffset } = broken.failure;
      return { reason: "decompression-failed", detail, byteLength: Math.max(0, broken.taken - rawOffset) };
    },
    async close() {
      for (const content of opened) await content.return(undefined);
    },
  };
}

async function* decompressed(
  kind: "gzip" | "zstd",
  chunks: AsyncIterable<Uint8Array>,
  layer: CompressedLayer,
  budget: DecompressionBudget,
): AsyncGenerator<Uint8Array> {
  const source = chunks[Symbol.asyncIterator]();
  const counted: AsyncIterable<Uint8Array> = {
    [Symbol.asyncIterator]: () => ({
      async next() {
        const next = await source.next();
        if (next.done !== true) layer.taken += next.value.length;
        return next;
      },
    }),
  };
  const failure = yield* kind === "gzip" ? gunzip(counted, budget) : unzstd(counted, budget);
  if (failure === undefined) return;
  layer.failure = failure;
  // What is left is counted, and hashed by whoever gives it.
  while ((await counted[Symbol.asyncIterator]().next()).done !== true);
}

/** Looks at the first bytes of a stream, and gives the whole stream back. */
async function recognise(
  source: AsyncIterable<Uint8Array>,
): Promise<{ form: FileForm; chunks: AsyncIterable<Uint8Array> }> {
  const chunks = source[Symbol.asyncIterator]();
  let head: Buffer = Buffer.alloc(0);
  let form: FileForm | undefined;
  while (form === undefined) {
    const next = await chunks.next();
    if (next.done === true) form = detectFileForm(head, true) ?? { kind: "plain" };
    else {
      head = Buffer.concat([head, next.value]);
      form = detectFileForm(head.subarray(0, formBytes), false);
    }
  }
  async function* whole(): AsyncGenerator<Uint8Array> {
    if (head.length > 0) yield head;
    for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) yield next.value;
  }
  return { form, chunks: whole() };
}
