import { aksAuditRow } from "./aks-audit-row.js";
import { alibabaLogService } from "./alibaba-log-service.js";
import { armoRecord } from "./armo-record.js";
import { aksControlPlaneRow, azureDiagnosticRecord, azureDiagnosticsRow, azureRecords } from "./azure-diagnostics.js";
import { bigQueryAuditRow } from "./bigquery-audit-row.js";
import { castAiAudit } from "./cast-ai-audit.js";
import { firehoseRecords, kinesisRecords, lambdaLogs } from "./cloudwatch-carriers.js";
import { cloudWatchEvent, cloudWatchEvents } from "./cloudwatch-events.js";
import { cloudWatchSubscription } from "./cloudwatch-subscription.js";
import { distributedCloudEvent } from "./distributed-cloud-event.js";
import type { EnvelopeReader, LineReader } from "./envelope.js";
import { googleLogEntry } from "./google-audit-log.js";
import { logAnalyticsTables } from "./log-analytics-tables.js";
import { logsInsightsResults, logsInsightsRow } from "./logs-insights.js";
import { ocsfRecord } from "./ocsf.js";
import { ovhLogData } from "./ovh-logs.js";
import { pubSubMessage, pubSubPull } from "./pubsub.js";
import { sentinelEksRow } from "./sentinel-eks-row.js";
import { yandexAuditTrails } from "./yandex-audit-trails.js";

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
  distributedCloudEvent,
  castAiAudit,
];

/** Everything that stands before a record on its line. */
export const lineReaders: readonly LineReader[] = [];
