import { cloudEvent } from "./cloud-events.js";
import { datadogLog, datadogSearch } from "./datadog.js";
import { dockerJsonFile } from "./docker-json-file.js";
import { elasticAuditLogs } from "./elastic-audit-logs.js";
import { filebeat, logstash } from "./elastic-beats.js";
import { elasticsearchHit, elasticsearchSearch } from "./elasticsearch.js";
import type { EnvelopeReader, LineReader } from "./envelope.js";
import { fluentBit, fluentd } from "./fluent-bit.js";
import { gelf, graylogMessage, graylogSearch } from "./graylog.js";
import { journald } from "./journald.js";
import { kubeAuditRest, kubeAuditRestOutput } from "./kube-audit-rest.js";
import { lokiLine, lokiPacked, lokiStream, lokiStreams } from "./loki.js";
import { mergedFilebeat, mergedFluentBit, mergedFluentd, mergedLogstash, mergedVector } from "./merged-event.js";
import { mergedViaq, viaqRecord } from "./openshift-viaq.js";
import { splunkCollector, splunkExport, splunkResults, splunkRow } from "./splunk.js";
import { vector } from "./vector.js";

/** Every envelope in JSON, the more particular before the more general. */
export const envelopeReaders: readonly EnvelopeReader[] = [
  kubeAuditRest,
  kubeAuditRestOutput,
  cloudEvent,
  elasticsearchSearch,
  elasticsearchHit,
  lokiStreams,
  lokiStream,
  lokiLine,
  lokiPacked,
  splunkExport,
  splunkResults,
  splunkRow,
  splunkCollector,
  journald,
  graylogSearch,
  graylogMessage,
  gelf,
  datadogSearch,
  datadogLog,
  elasticAuditLogs,
  viaqRecord,
  dockerJsonFile,
  logstash,
  filebeat,
  vector,
  fluentBit,
  fluentd,
];

/** Everything that stands before a record on its line. */
export const lineReaders: readonly LineReader[] = [];

/**
 * Readers of events into which a shipper put fields of its own, beside those of kube-apiserver. They are asked before an
 * object with `auditID` and `stage` is taken for an event, when `isMergedEvent` says that such fields are there. Each
 * gives the event without the shipper's fields. Only fields that shippers are known to add are taken out, so a field
 * that a later Kubernetes adds stays.
 */
export const mergedReaders: readonly EnvelopeReader[] = [
  mergedViaq,
  mergedLogstash,
  mergedFilebeat,
  mergedVector,
  mergedFluentBit,
  mergedFluentd,
];
