import type { EventSource } from "@kaudit/schema";
import type { ReadEventsOptions } from "./options.js";
import { readEvents } from "./read-events.js";
import type { EventInputs } from "./read-events.js";

/**
 * Gives files and folders as an EventSource: each `read` reads them anew. A selection is not used to leave files out:
 * the account must cover everything.
 */
export function eventSource(inputs: EventInputs, options: ReadEventsOptions = {}): EventSource {
  return {
    read: (_selection, readOptions) =>
      readEvents(inputs, readOptions?.signal === undefined ? options : { ...options, signal: readOptions.signal }),
  };
}
