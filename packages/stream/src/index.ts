export { StreamError } from "./errors.js";
export { eventSource } from "./event-source.js";
export { readEvents } from "./read-events.js";
export { compareRotationOrder } from "./rotation-order.js";

export type { StreamErrorCode } from "./errors.js";
export type { ReadEventsOptions, ReadProgress } from "./options.js";
export type { EventInputs } from "./read-events.js";
export type { EventInput } from "./sources/inputs.js";
