import { StreamError } from "../errors.js";
import { ChangeSignal } from "./change-signal.js";
import type { FollowBatch } from "./follow-batch.js";
import { Follower } from "./follower.js";
import { resolveFollowOptions } from "./options.js";
import type { FollowOptions, ResolvedFollowOptions } from "./options.js";
import { listFollowed, watchInputs } from "./watched-input.js";

/** With `once`: how often files are looked at at most, and how long in between, until nothing is changing any more. */
const looksOnce = 8;
const pauseOnce = 60;

/**
 * Follows audit logs while they are written and rotated: an async iterable of batches of events, each with a checkpoint.
 * Whoever stores a batch's events and its checkpoint together, and after a crash begins again with the last checkpoint
 * that was stored, has every event exactly once.
 *
 * An input is a folder with its subfolders, a log (`audit.log`: with all its rotated files; it need not exist yet, its
 * folder must), or a glob. A content is known by its first line and by what was read last, not by its name: it is read on
 * after it was renamed, compressed or copied, and a file that was truncated is read from its new beginning. Of a line
 * nothing is given before its end is there. The iteration ends with the option `once`, or when `signal` is given, and
 * otherwise never; each next batch is only looked for when it is asked for.
 *
 * What cannot be read is not left out silently: records that are no events are in `rejected`, and `notices` tell what
 * was lost before it could be read, which files are copies, and which begin alike.
 *
 * @throws StreamError at once: `KAUDIT_STREAM_OPTION_INVALID`, `KAUDIT_STREAM_CHECKPOINT_INVALID`; while iterating:
 * `KAUDIT_STREAM_INPUT_EMPTY` (no input), `KAUDIT_STREAM_INPUT_MISSING` (a folder that does not exist at the beginning)
 * and `KAUDIT_STREAM_INPUT_UNREADABLE`. After an error, begin again with the last checkpoint.
 *
 * @example
 * for await (const { events, checkpoint } of follow("/var/log/kubernetes/audit", { checkpoint: stored })) {
 *   await store.commit(events, checkpoint);
 * }
 */
export function follow(
  inputs: string | readonly string[],
  options: FollowOptions = {},
): AsyncGenerator<FollowBatch, void, void> {
  return followAll(typeof inputs === "string" ? [inputs] : inputs, resolveFollowOptions(options));
}

async function* followAll(
  inputs: readonly string[],
  options: ResolvedFollowOptions,
): AsyncGenerator<FollowBatch, void, void> {
  if (inputs.length === 0) {
    throw new StreamError("KAUDIT_STREAM_INPUT_EMPTY", "No input was named. Name a folder, a log or a glob.");
  }
  const { signal, once, pollMilliseconds, instance, takes } = options;
  const watched = await watchInputs(inputs);
  const follower = new Follower(options);
  const changes = new ChangeSignal(once ? [] : watched.map(({ folder }) => folder), signal);
  try {
    for (let looks = 1; ; looks++) {
      if (signal?.aborted === true) return;
      const files = (await listFollowed(watched, instance))?.filter(({ file }) => takes(file));
      const isUnsettled = files === undefined || (yield* follower.look(files));
      if (once && (!isUnsettled || looks >= looksOnce)) return;
      await changes.wait(once ? pauseOnce : pollMilliseconds);
    }
  } finally {
    changes.close();
  }
}
