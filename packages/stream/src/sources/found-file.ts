/** A file that was found under an input argument. */
export interface FoundFile {
  /** The path to open. */
  readonly path: string;
  /** Its place relative to the argument's folder, with `/` between parts. */
  readonly relativePath: string;
  readonly bytes: number;
  /** Device and inode: equal for two paths to one file. */
  readonly identity: string;
  /** Whether the path is a link to the file. */
  readonly isLink: boolean;
}

/** Something in a folder that cannot hold audit records, or is read elsewhere. */
export interface PassedOver {
  readonly relativePath: string;
  readonly bytes: number;
  readonly reason: string;
}

/** What one path or glob led to. */
export interface FoundInput {
  /** The folder that names in provenance are relative to. */
  readonly folder: string;
  /** Whether the input named a file itself. */
  readonly named: boolean;
  readonly files: readonly FoundFile[];
  readonly passedOver: readonly PassedOver[];
}
