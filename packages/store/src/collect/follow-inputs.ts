import { follow } from "@kaudit/stream";
import type { FollowOptions } from "@kaudit/stream";
import type { CollectRun, CollectSource } from "./collect.js";
import { isWholeName } from "./whole-files.js";
import { FollowState, sourceId } from "./follow-state.js";

/** Reads what is new in folders and logs, until everything was read or, with the option `follow`, until the signal. */
export async function followInputs(source: CollectSource, run: CollectRun): Promise<void> {
  const { collection } = run;
  const { cluster, inputs, instance } = source;
  const state = new FollowState(sourceId(cluster, inputs), collection.writer.head.state);
  collection.onSave(() => state.save((key, value) => collection.writer.setState(key, value)));
  const batches = follow(inputs, followOptions(run, state, instance));
  for await (const { events, rejected, notices, checkpoint } of batches) {
    await collection.inTurn(async () => {
      await collection.addEvents(events, cluster);
      collection.addRejected(rejected, cluster);
      collection.addNotices(notices.map((notice) => ({ ...notice, cluster })));
      collection.writer.addForeign(state.advance(checkpoint));
      run.progress(events.at(-1)?.event.requestReceivedTimestamp ?? "");
      await collection.commitIfDue();
    });
  }
}

function followOptions({ options }: CollectRun, state: FollowState, instance: string | undefined): FollowOptions {
  const { signal, maxRecordBytes, settleMilliseconds, now } = options;
  const { checkpoint } = state;
  return {
    once: options.follow !== true,
    raw: true,
    takes: (file) => !isWholeName(file),
    now: () => now().getTime(),
    ...(checkpoint === undefined ? {} : { checkpoint }),
    ...(signal === undefined ? {} : { signal }),
    ...(instance === undefined ? {} : { instance }),
    ...(maxRecordBytes === undefined ? {} : { maxRecordBytes }),
    ...(settleMilliseconds === undefined ? {} : { settleMilliseconds }),
  };
}
