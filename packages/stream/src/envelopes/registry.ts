import type { EnvelopeReader, LineReader } from "./envelope.js";

/** Every envelope in JSON, the more particular before the more general. */
export const envelopeReaders: readonly EnvelopeReader[] = [];

/** Everything that stands before a record on its line. */
export const lineReaders: readonly LineReader[] = [];
