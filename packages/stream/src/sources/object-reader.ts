/** One object of a store, as a list of objects tells of it. */
export interface ListedObject {
  /** Its whole key, not only what stands behind a prefix. */
  readonly key: string;
  readonly bytes: number;
  /** Changes when the object's content does. Missing: a change in size is all that can be noticed. */
  readonly etag?: string;
}

/** What a call to an object store may be given. */
export interface ObjectCall {
  /** Ends the call. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * An object store as far as reading audit logs needs one. Implement it to read from a store that is not S3.
 *
 * A failure that will not pass is thrown as a StreamError: `KAUDIT_STREAM_INPUT_MISSING` where there is no such bucket or
 * object, `KAUDIT_STREAM_INPUT_UNREADABLE` where it may not be read, `KAUDIT_STREAM_INPUT_CHANGED` where it is no longer
 * the object that was listed. It ends the reading. Anything else that is thrown is taken for a passing failure.
 */
export interface ObjectReader {
  /** Where the keys begin, for messages and names: `s3://bucket`. Holds no credentials. */
  readonly address: string;
  /** Gives what is known about one object, or undefined when there is none. */
  find(key: string, call?: ObjectCall): Promise<ListedObject | undefined>;
  /** Gives every object whose key begins with `prefix`, in any order. */
  list(prefix: string, call?: ObjectCall): AsyncIterable<ListedObject>;
  /**
   * Gives the object's bytes from `start` (less than its size) to its end. Must not give bytes of another version than
   * the one that was listed: those would be mixed with bytes that were read before.
   */
  open(object: ListedObject, start: number, call?: ObjectCall): Promise<AsyncIterable<Uint8Array>>;
}

/** Objects of a store as an input. */
export interface ObjectInput {
  readonly store: ObjectReader;
  /**
   * Which objects: a key, a prefix that ends with `/` (or is empty: all of them), or a glob as `logs/**` + `/*.gz`. A key
   * that does not exist is tried as a prefix and as a glob.
   */
  readonly path: string;
}
