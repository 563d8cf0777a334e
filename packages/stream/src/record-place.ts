/** Where a record lies in its file. */
export interface RecordPlace {
  /** Where it begins, in bytes of the decompressed file. */
  readonly byteOffset: number;
  /** Its length in bytes; that of all its pieces together where it was cut. */
  readonly byteLength: number;
  /** Its beginning, at most 4 KiB; only valid while the record is looked at. */
  readonly head: Buffer;
}
