import type { EventReading, RejectedRecord } from "@kaudit/schema";
import { readStore, requireStore, type StorePlace, storePlace } from "@kaudit/store";
import type { Progress } from "../terminal/progress.js";
import { joinClusters } from "./join-clusters.js";

/** What a store holds of one cluster, or all that it holds. */
export interface StoreInputs {
  readonly store: string;
  readonly cluster: string | undefined;
}

/** Whether an input is a store. */
export function isStore(input: unknown): input is StoreInputs {
  return typeof input === "object" && input !== null && "store" in input;
}

/** Reads what a store holds, as files would be read: of several clusters one after the other. */
export function readStored(
  inputs: readonly StoreInputs[],
  progress: Progress,
  signal: AbortSignal,
  onRejected?: (record: RejectedRecord) => void,
): EventReading {
  const open = ({ store, cluster }: StoreInputs, rejected?: (record: RejectedRecord) => void): EventReading =>
    readExisting(storePlace(store), {
      cluster,
      signal,
      onRejected: rejected,
      onProgress: (state) =>
        progress.update({
          filesDone: state.objectsDone,
          filesTotal: inputs.length === 1 ? state.objects : null,
          bytesDone: state.bytes,
          bytesTotal: inputs.length === 1 ? state.totalBytes : null,
          events: state.events,
          rejected: state.rejected,
        }),
    });
  const [only, ...others] = inputs;
  if (only !== undefined && others.length === 0) return open(only, onRejected);
  const readings = inputs.map((input) => ({
    cluster: input.cluster ?? "",
    open: (rejected: (record: RejectedRecord) => void) => open(input, rejected),
  }));
  return joinClusters(readings, onRejected);
}

/** Reads a store that must be there: an empty folder is no quiet cluster. */
function readExisting(place: StorePlace, options: Parameters<typeof readStore>[1]): EventReading {
  const reading = readStore(place.objects, options);
  return {
    ...reading,
    async *[Symbol.asyncIterator]() {
      await requireStore(place);
      yield* reading;
    },
  };
}
