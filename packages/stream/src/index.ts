export { StreamError } from "./errors.js";
export { eventSource } from "./event-source.js";
export { parseCheckpoint } from "./follow/checkpoint.js";
export { follow } from "./follow/follow.js";
export { mergeByTime } from "./merge/merge-by-time.js";
export { createEventTransform } from "./event-transform.js";
export { eventTransformStream } from "./event-transform-stream.js";
export { readEvents } from "./read-events.js";
export { compareRotationOrder } from "./rotation-order.js";
export { s3Bucket } from "./sources/s3-bucket.js";

export type { StreamErrorCode } from "./errors.js";
export type { FollowCheckpoint, FollowedSource, FollowTotals, ReadWindow, RecordCounts } from "./follow/checkpoint.js";
export type { FollowBatch, FollowNotice } from "./follow/follow-batch.js";
export type { FollowOptions } from "./follow/options.js";
export type { MergeCounts, MergedEvent, MergedReading, MergeOptions } from "./merge/merge-by-time.js";
export type { EventTransform, EventTransformOptions } from "./event-transform.js";
export type { EventTransformStream } from "./event-transform-stream.js";
export type { ReadingLimits } from "./limits.js";
export type { ReadEventsOptions, ReadProgress } from "./options.js";
export type { EventInputs } from "./read-events.js";
export type {
  ByteStream,
  EventInput,
  NamedContent,
  NamedInput,
  ResponseInput,
  WebByteStream,
} from "./sources/event-input.js";
export type { ListedObject, ObjectCall, ObjectInput, ObjectReader } from "./sources/object-reader.js";
export type { S3BucketOptions, S3ClientLike } from "./sources/s3-bucket.js";
