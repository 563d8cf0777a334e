import { base64Content } from "./base64.js";
import type { EnvelopeContent, EnvelopeReader } from "./envelope.js";
import { fieldsIn, isFields, listIn, textIn } from "./fields.js";

/** Opens the event that CloudWatch hands to a Lambda function: a subscription message, gzip in base64. */
export const lambdaLogs: EnvelopeReader = (value) => {
  const data = textIn(fieldsIn(value, "awslogs"), "data");
  if (data === undefined) return undefined;
  return { envelope: "lambda-awslogs", facts: {}, contents: [base64Content("awslogs.data", data)] };
};

/**
 * Opens the batch that Kinesis hands to a Lambda function, `Records[].kinesis.data`, and the answer of
 * `aws kinesis get-records`, `Records[].Data`: base64 of what was put in.
 */
export const kinesisRecords: EnvelopeReader = (value) => {
  const records = listIn(value, "Records");
  if (records === undefined || !records.some((record) => kinesisData(record) !== undefined)) return undefined;
  const contents = records.map((record) => dataContent(record, "data", kinesisData(record)));
  return { envelope: "kinesis-records", facts: {}, contents };
};

/** Opens the batch that Firehose hands to a Lambda function to transform, and the function's answer: `records[].data`. */
export const firehoseRecords: EnvelopeReader = (value) => {
  const records = listIn(value, "records");
  if (records === undefined || !records.some((record) => firehoseData(record) !== undefined)) return undefined;
  const contents = records.map((record) => dataContent(record, "data", firehoseData(record)));
  return { envelope: "firehose-records", facts: {}, contents };
};

function kinesisData(record: unknown): string | undefined {
  if (!isFields(record)) return undefined;
  if (textIn(record, "SequenceNumber") !== undefined) return textIn(record, "Data");
  return textIn(fieldsIn(record, "kinesis"), "data");
}

function firehoseData(record: unknown): string | undefined {
  return isFields(record) && typeof record["recordId"] === "string" ? textIn(record, "data") : undefined;
}

function dataContent(record: unknown, field: string, data: string | undefined): EnvelopeContent {
  return data === undefined ? { kind: "value", value: record } : base64Content(field, data);
}
