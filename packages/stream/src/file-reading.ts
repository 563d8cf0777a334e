import type { FileAccount, RejectedRecord, SkippedFile, SourcedEvent } from "@kaudit/schema";
import type { DecompressionBudget, DecompressionLimits } from "./containers/decompression-budget.js";
import type { FramingLimits } from "./frame-sink.js";

/** Takes note of what happens while a file is read. */
export interface FileObserver {
  rejected(record: RejectedRecord): void;
  /** Raw bytes were read; throws to end the reading. */
  bytesRead(count: number): void;
}

/** Limits of one file, and the API server's name where an option gives it. */
export interface ReadFileOptions extends FramingLimits, DecompressionLimits {
  readonly instance?: string;
  readonly cluster?: string;
  readonly raw?: boolean;
}

/** What came of a file. */
export interface FileOutcome {
  readonly account: FileAccount;
  /** Whether it held anything that is, or was, an audit record. */
  readonly isAuditLog: boolean;
  /** Where it is an archive: its members that hold audit records, and those that do not. */
  readonly members: readonly FileAccount[];
  readonly skipped: readonly SkippedFile[];
}

/** Where a file stands in archives. */
export interface Surroundings {
  readonly archive?: string;
  /** How many layers of compression and archives are around it. */
  readonly layers: number;
  readonly budget: DecompressionBudget;
}

/** A file, or a member of an archive, that can be read once. */
export interface OpenedFile {
  /** Gives the events in batches, then the outcome. */
  read(): AsyncGenerator<SourcedEvent[], FileOutcome>;
  /** Counts and hashes the bytes without reading them, and rejects them for the reason given. */
  refuse(detail: string): Promise<FileOutcome>;
}
