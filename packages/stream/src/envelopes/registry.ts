import { csvRow } from "../csv/csv-row.js";
import { anyPrefixedLine } from "../lines/any-prefix.js";
import { criLine } from "../lines/cri.js";
import { fluentdFileLine } from "../lines/fluentd-file.js";
import { hostPrefixedLine } from "../lines/host-prefix.js";
import { kubectlLogsLine, sternLine } from "../lines/pod-name.js";
import { syslogLine } from "../lines/syslog.js";
import { timestampedLine } from "../lines/timestamp.js";
import type { EnvelopeReader, LineReader } from "./envelope.js";

/** Every envelope in JSON, the more particular before the more general. */
export const envelopeReaders: readonly EnvelopeReader[] = [
  // Behind the readers that know the columns of a table.
  csvRow,
];

/** Everything that stands before a record on its line. */
export const lineReaders: readonly LineReader[] = [
  criLine,
  syslogLine,
  timestampedLine,
  fluentdFileLine,
  kubectlLogsLine,
  hostPrefixedLine,
  sternLine,
  anyPrefixedLine,
];
