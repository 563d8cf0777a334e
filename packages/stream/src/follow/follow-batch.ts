import type { RejectedRecord, SourcedEvent } from "@kaudit/schema";
import type { FollowCheckpoint } from "./checkpoint.js";

/** Something about a file, rather than in it, that whoever relies on completeness has to know. */
export type FollowNotice =
  | {
      /** Records may have been lost before they could be read. Counted in the checkpoint's totals. */
      readonly kind: "loss";
      /**
       * `vanished`: the content is nowhere to be found any more, and its end had not been read (deleted, rotated out of
       * retention, truncated without a copy). `shortened`: the file lost its end but kept its beginning.
       */
      readonly reason: "vanished" | "shortened";
      /** The name under which it was last seen. */
      readonly file: string;
      /** Everything before this offset (decompressed bytes) was read. */
      readonly fromOffset: number;
      /** How many bytes from there on were seen and never read. 0: none was seen, and nobody knows whether more came. */
      readonly lostBytes: number;
    }
  /** A content that was told as lost is there again, and is read on. */
  | { readonly kind: "found-again"; readonly file: string; readonly fromOffset: number }
  /** The file holds the beginning, or all, of another one that is followed, and is not read a second time. */
  | { readonly kind: "copy"; readonly file: string; readonly copyOf: string }
  /**
   * The file begins with the same line as a known one and goes on differently (it was rewritten, or is a copy that others
   * wrote to). It is read from its beginning: what both have in common is given twice.
   */
  | { readonly kind: "same-first-line"; readonly file: string; readonly beginsLike: string };

/** What was found since the last batch. Store all of it together with its checkpoint, or nothing. */
export interface FollowBatch {
  /** All from one file, in its order. */
  readonly events: readonly SourcedEvent[];
  readonly rejected: readonly RejectedRecord[];
  readonly notices: readonly FollowNotice[];
  /** How far everything was read when this batch was complete. */
  readonly checkpoint: FollowCheckpoint;
}
