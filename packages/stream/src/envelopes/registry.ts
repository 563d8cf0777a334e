import type { EnvelopeReader, LineReader } from "./envelope.js";

/** Every envelope in JSON, the more particular before the more general. */
export const envelopeReaders: readonly EnvelopeReader[] = [];

/** Everything that stands before a record on its line. */
export const lineReaders: readonly LineReader[] = [];

/**
 * Readers of events into which a shipper put fields of its own, beside those of kube-apiserver. They are asked before an
 * object with `auditID` and `stage` is taken for an event, when `isMergedEvent` says that such fields are there. Each
 * gives the event without the shipper's fields. Only fields that shippers are known to add are taken out, so a field
 * that a later Kubernetes adds stays.
 */
export const mergedReaders: readonly EnvelopeReader[] = [];
