import { KauditError } from "@kaudit/schema";

/**
 * What can go wrong with a store.
 *
 * - `KAUDIT_STORE_MISSING`: there is no store where one was to be read.
 * - `KAUDIT_STORE_FORMAT`: what is there is no store, one of a newer format, or its options are others than those given.
 * - `KAUDIT_STORE_BUSY`: another run writes to the store; nothing is lost, run again later.
 * - `KAUDIT_STORE_KEY_INVALID`: a key of an object could lead out of the store.
 * - `KAUDIT_STORE_DAMAGED`: a commit or a segment is missing or is not what its hash says.
 * - `KAUDIT_STORE_UNREADABLE`: the folder or bucket cannot be read (rights, I/O error).
 * - `KAUDIT_STORE_UNWRITABLE`: the folder or bucket cannot be written (rights, I/O error).
 * - `KAUDIT_STORE_FULL`: the disk is full; nothing of the batch is kept, what was committed is whole.
 * - `KAUDIT_STORE_OPTION_INVALID`: an option has a value that cannot be used.
 * - `KAUDIT_STORE_CHECKPOINT_INVALID`: what was given as a checkpoint is none, or no key of it is known.
 * - `KAUDIT_STORE_PROOF_INVALID`: a Merkle proof was asked for that cannot exist.
 * - `KAUDIT_STORE_PACKAGE_MISSING`: a bucket needs a package that is not installed.
 * - `KAUDIT_STORE_CLOSED`: a writer was used after it was closed, or after it failed.
 */
export type StoreErrorCode =
  | "KAUDIT_STORE_MISSING"
  | "KAUDIT_STORE_FORMAT"
  | "KAUDIT_STORE_BUSY"
  | "KAUDIT_STORE_KEY_INVALID"
  | "KAUDIT_STORE_DAMAGED"
  | "KAUDIT_STORE_UNREADABLE"
  | "KAUDIT_STORE_UNWRITABLE"
  | "KAUDIT_STORE_FULL"
  | "KAUDIT_STORE_OPTION_INVALID"
  | "KAUDIT_STORE_CHECKPOINT_INVALID"
  | "KAUDIT_STORE_PROOF_INVALID"
  | "KAUDIT_STORE_PACKAGE_MISSING"
  | "KAUDIT_STORE_CLOSED";

/** An error of `@kaudit/store`. Its `details` hold `key` or `path` where one is to blame. It never holds log content. */
export class StoreError extends KauditError<StoreErrorCode> {}
