/**
 * What can be wrong with a store.
 *
 * - `store-file`: `store.json` is missing or is none.
 * - `commit-missing`: a commit is not there, but later ones are.
 * - `commit-changed`: a commit is not the one that the next one follows, or is none.
 * - `commit-order`: a commit does not follow the one before it.
 * - `tail-cut`: a checkpoint or a snapshot knows of more commits than there are.
 * - `segment-missing`, `segment-changed`: an object with rows is not there, or is not what its name says.
 * - `segment-unknown`: an object with rows that no commit names: added, or left by a run that was killed in a bucket.
 * - `segment-rows`: an object does not hold as many rows as its commit says.
 * - `checkpoint-missing`, `checkpoint-changed`: a checkpoint that a commit names is not there, or is another.
 * - `checkpoint-invalid`: a checkpoint is none, or has another root than the commits.
 * - `checkpoint-unknown`: a checkpoint that no commit names, though later commits exist.
 * - `signature`: a checkpoint is not signed by the key that was given.
 * - `history`: the store is not the continuation of the checkpoint that it was held against.
 * - `ledger-missing`, `ledger-changed`: an entry of the ledger is not there, or is another.
 * - `snapshot`: a snapshot is not what the commits come to. It can be deleted.
 */
export type ProblemCode =
  | "store-file"
  | "commit-missing"
  | "commit-changed"
  | "commit-order"
  | "tail-cut"
  | "segment-missing"
  | "segment-changed"
  | "segment-unknown"
  | "segment-rows"
  | "checkpoint-missing"
  | "checkpoint-changed"
  | "checkpoint-invalid"
  | "checkpoint-unknown"
  | "signature"
  | "history"
  | "ledger-missing"
  | "ledger-changed"
  | "snapshot";

/** Something that is wrong, and where. */
export interface StoreProblem {
  readonly code: ProblemCode;
  /** The object, or the checkpoint's name. */
  readonly key: string;
  readonly what: string;
}
