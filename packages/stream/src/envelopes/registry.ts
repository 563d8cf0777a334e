import { csvRow } from "../csv/csv-row.js";
import { anyPrefixedLine } from "../lines/any-prefix.js";
import { criLine } from "../lines/cri.js";
import { fluentdFileLine } from "../lines/fluentd-file.js";
import { hostPrefixedLine } from "../lines/host-prefix.js";
import { kubectlLogsLine, sternLine } from "../lines/pod-name.js";
import { syslogLine } from "../lines/syslog.js";
import { timestampedLine } from "../lines/timestamp.js";
import { aksAuditRow } from "./aks-audit-row.js";
import { alibabaLogService } from "./alibaba-log-service.js";
import { armoRecord } from "./armo-record.js";
import { aksControlPlaneRow, azureDiagnosticRecord, azureDiagnosticsRow, azureRecords } from "./azure-diagnostics.js";
import { bigQueryAuditRow } from "./bigquery-audit-row.js";
import { castAiAudit } from "./cast-ai-audit.js";
import { cloudEvent } from "./cloud-events.js";
import { firehoseRecords, kinesisRecords, lambdaLogs } from "./cloudwatch-carriers.js";
import { cloudWatchEvent, cloudWatchEvents } from "./cloudwatch-events.js";
import { cloudWatchSubscription } from "./cloudwatch-subscription.js";
import { datadogLog, datadogSearch } from "./datadog.js";
import { dockerJsonFile } from "./docker-json-file.js";
import { elasticAuditLogs } from "./elastic-audit-logs.js";
import { filebeat, logstash } from "./elastic-beats.js";
import { elasticsearchHit, elasticsearchSearch } from "./elasticsearch.js";
import { fluentBit, fluentd } from "./fluent-bit.js";
import { googleLogEntry } from "./google-audit-log.js";
import { gelf, graylogMessage, graylogSearch } from "./graylog.js";
import { journald } from "./journald.js";
import { kubeAuditRest, kubeAuditRestOutput } from "./kube-audit-rest.js";
import { logAnalyticsTables } from "./log-analytics-tables.js";
import { logsInsightsResults, logsInsightsRow } from "./logs-insights.js";
import { lokiLine, lokiPacked, lokiStream, lokiStreams } from "./loki.js";
import {
  mergedDistributedCloud,
  mergedFilebeat,
  mergedFluentBit,
  mergedFluentd,
  mergedLogstash,
  mergedVector,
} from "./merged-event.js";
import { ocsfRecord } from "./ocsf.js";
import { openTelemetryLogs } from "./opentelemetry.js";
import { mergedViaq, viaqRecord } from "./openshift-viaq.js";
import { ovhLogData } from "./ovh-logs.js";
import { pubSubMessage, pubSubPull } from "./pubsub.js";
import { sentinelEksRow } from "./sentinel-eks-row.js";
import { splunkCollector, splunkExport, splunkResults, splunkRow } from "./splunk.js";
import { vector } from "./vector.js";
import { yandexAuditTrails } from "./yandex-audit-trails.js";
import type { EnvelopeReader, LineReader } from "./envelope.js";

/** Every envelope in JSON, the more particular before the more general. */
export const envelopeReaders: readonly EnvelopeReader[] = [
  // Amazon
  cloudWatchSubscription,
  lambdaLogs,
  kinesisRecords,
  firehoseRecords,
  cloudWatchEvents,
  cloudWatchEvent,
  logsInsightsResults,
  logsInsightsRow,
  sentinelEksRow,
  ocsfRecord,
  // Azure
  azureRecords,
  azureDiagnosticsRow,
  azureDiagnosticRecord,
  aksAuditRow,
  aksControlPlaneRow,
  logAnalyticsTables,
  // Google
  bigQueryAuditRow,
  googleLogEntry,
  pubSubPull,
  pubSubMessage,
  // Others
  yandexAuditTrails,
  alibabaLogService,
  ovhLogData,
  armoRecord,
  castAiAudit,
  // Shippers, search engines and formats that any of them writes
  openTelemetryLogs,
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
  // Rows of a table that no reader above knows.
  csvRow,
  vector,
  fluentBit,
  fluentd,
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
  mergedDistributedCloud,
  mergedFluentd,
];
