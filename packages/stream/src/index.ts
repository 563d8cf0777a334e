export { StreamError } from "./errors.js";
export { eventSource } from "./event-source.js";
export { parseCheckpoint } from "./follow/checkpoint.js";
export { follow } from "./follow/follow.js";
export { mergeByTime } from "./merge/merge-by-time.js";
export { readEvents } from "./read-events.js";
export { compareRotationOrder } from "./rotation-order.js";

export type { StreamErrorCode } from "./errors.js";
export type { FollowCheckpoint, FollowedSource, FollowTotals, ReadWindow, RecordCounts } from "./follow/checkpoint.js";
export type { FollowBatch, FollowNotice } from "./follow/follow-batch.js";
export type { FollowOptions } from "./follow/options.js";
export type { MergeCounts, MergedEvent, MergedReading, MergeOptions } from "./merge/merge-by-time.js";
export type { ReadEventsOptions, ReadProgress } from "./options.js";
export type { EventInputs } from "./read-events.js";
export type { EventInput } from "./sources/inputs.js";
