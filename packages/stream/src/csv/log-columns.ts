/**
 * Columns that hold a whole line of a log, the more particular names first: Splunk's export, CloudWatch Logs Insights,
 * Log Analytics, Elasticsearch, Grafana and Loki, and names that anybody gives.
 */
export const logColumns = [
  "_raw",
  "@message",
  "log_s",
  "RawEvent",
  "event.original",
  "Line",
  "line",
  "log",
  "message",
  "Message",
  "raw",
] as const;
