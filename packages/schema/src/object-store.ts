/** One object of a store. */
export interface StoredObject {
  readonly key: string;
  readonly bytes: number;
}

/**
 * The few operations that evidence needs from a folder, a bucket or memory.
 *
 * Keys are relative paths with `/` between parts. Objects never change once written: that is what makes a chain of
 * hashes over them worth something.
 */
export interface ObjectStore {
  /** Writes an object unless the key exists; gives whether it was written. Durable when the promise settles. */
  putIfAbsent(key: string, content: Uint8Array): Promise<boolean>;
  /** Gives the object's content, or null when there is none. */
  get(key: string): Promise<Uint8Array | null>;
  /** Gives the objects whose key begins with `prefix`, by ascending key. */
  list(prefix: string): AsyncIterable<StoredObject>;
  /** Removes an object; gives whether there was one. */
  delete(key: string): Promise<boolean>;
}
