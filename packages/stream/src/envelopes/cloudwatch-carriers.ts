import { base64Content } from "./base64-content.js";
import type { EnvelopeContent, EnvelopeReader } from "./envelope.js";
import { isJsonObject, listAt, objectAt, textAt } from "./json-fields.js";

/** Opens the event that CloudWatch hands to a Lambda function: a subscription message, gzip in base64. */
export const lambdaLogs: EnvelopeReader = (value) => {
  const data = textAt(objectAt(value, "awslogs"), "data");
  if (data === undefined) return undefined;
  return { envelope: "lambda-awslogs", facts: {}, contents: [base64Content("awslogs.data", data)] };
};

/**
 * Opens the batch that Kinesis hands to a Lambda function, `Records[].kinesis.data`, and the answer of
 * `aws kinesis get-records`, `Records[].Data`: base64 of what was put in.
 */
export const kinesisRecords: EnvelopeReader = (value) => {
  const records = listAt(value, "Records");
  if (records === undefined || !records.some((record) => kinesisData(record) !== undefined)) return undefined;
  const contents = records.map((record) => dataContent(record, "data", kinesisData(record)));
  return { envelope: "kinesis-records", facts: {}, contents };
};

/** Opens the batch that Firehose hands to a Lambda function to transform, and the function's answer: `records[].data`. */
export const firehoseRecords: EnvelopeReader = (value) => {
  const records = listAt(value, "records");
  if (records === undefined || !records.some((record) => firehoseData(record) !== undefined)) return undefined;
  const contents = records.map((record) => dataContent(record, "data", firehoseData(record)));
  return { envelope: "firehose-records", facts: {}, contents };
};

function kinesisData(record: unknown): string | undefined {
  if (!isJsonObject(record)) return undefined;
  if (textAt(record, "SequenceNumber") !== undefined) return textAt(record, "Data");
  return textAt(objectAt(record, "kinesis"), "data");
}

function firehoseData(record: unknown): string | undefined {
  return isJsonObject(record) && typeof record["recordId"] === "string" ? textAt(record, "data") : undefined;
}

function dataContent(record: unknown, field: string, data: string | undefined): EnvelopeContent {
  return data === undefined ? { kind: "value", value: record } : base64Content(field, data);
}
