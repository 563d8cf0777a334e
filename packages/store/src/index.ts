export { addCounts, noCounts, storeFormat } from "./chain/commit.js";
export { appendLedger, readLedger } from "./chain/ledger.js";
export { collect } from "./collect/collect.js";
export { StoreError } from "./errors.js";
export { EventWriter } from "./event-writer.js";
export { readStore } from "./event-reading.js";
export { holdKey } from "./holds.js";
export { createFolderStore, replaceFile } from "./objects/folder-store.js";
export { createMemoryStore } from "./objects/memory-store.js";
export { createS3Store } from "./objects/s3-store.js";
export { storePlace } from "./place.js";
export { checkpointSigner, isSignedBy, parseCheckpointNote, writeCheckpoint } from "./proof/checkpoint.js";
export {
  consistencyProof,
  inclusionProof,
  leafHash,
  merkleRoot,
  verifyConsistency,
  verifyInclusion,
} from "./proof/merkle.js";
export { purge } from "./purge.js";
export { redactEvent } from "./redact-event.js";
export { requireStore, storeSource, storeStatus } from "./store.js";
export { verifyStore } from "./verify/verify-store.js";
export { takeLock } from "./writer-lock.js";

export type { Commit, CommitCounts, NamedObject, PackEntry, Purge, SegmentEntry, StateChange } from "./chain/commit.js";
export type { CommitDraft } from "./chain/chain-writer.js";
export type { Head, LiveObject, PurgeRecord } from "./chain/head.js";
export type { LedgerEntry } from "./chain/ledger.js";
export type { Keep, StoreChoices, StoreFile } from "./chain/store-file.js";
export type {
  CollectOptions,
  CollectProgress,
  CollectResult,
  CollectSource,
  CommittedState,
} from "./collect/collect.js";
export type { CollectNotice } from "./collect/collection.js";
export type { StoreErrorCode } from "./errors.js";
export type { ReadStoreOptions, StoreProgress } from "./event-reading.js";
export type { WriterOptions } from "./event-writer.js";
export type { Hold } from "./holds.js";
export type { S3StoreOptions } from "./objects/s3-store.js";
export type { StorePlace } from "./place.js";
export type { CheckpointSigner, NoteSignature, ReadCheckpoint, TreeState } from "./proof/checkpoint.js";
export type { TreeHash } from "./proof/merkle.js";
export type { PurgeResult } from "./purge.js";
export type { StoreStatus } from "./store.js";
export type { ProblemCode, StoreProblem } from "./verify/problem.js";
export type { GivenCheckpoint, StoreVerification, VerifyOptions } from "./verify/verify-store.js";
export type { WriterLock } from "./writer-lock.js";
