import type { EventReading, SourceAccount, SourcedEvent } from "@kaudit/schema";

/** The API server that a file is of, by the file's name in provenance. */
export type InstanceNames = ReadonlyMap<string, string>;

/**
 * Gives a reading in which API servers that are only named after the folder of their log have the names that are given. What
 * an envelope or an option names stays, and so does a file that has no name here.
 */
export function nameInstances(reading: EventReading, names: InstanceNames): EventReading {
  const account = named(reading.account, names);
  // Whoever only iterates gets the error from the iteration; it must not also count as unhandled.
  account.catch(() => {});
  return {
    account,
    ...(reading.onCounted === undefined ? {} : { onCounted: (listener) => reading.onCounted?.(listener) }),
    async *[Symbol.asyncIterator]() {
      for await (const sourced of reading) yield withName(sourced, names);
    },
  };
}

function withName(sourced: SourcedEvent, names: InstanceNames): SourcedEvent {
  const { provenance } = sourced;
  const instance = provenance.instanceBasis === "directory" ? names.get(provenance.file) : undefined;
  return instance === undefined ? sourced : { ...sourced, provenance: { ...provenance, instance } };
}

async function named(account: Promise<SourceAccount>, names: InstanceNames): Promise<SourceAccount> {
  const { files, ...rest } = await account;
  return {
    ...rest,
    files: files.map((file) => {
      const instance = file.instanceBasis === "directory" ? names.get(file.file) : undefined;
      return instance === undefined ? file : { ...file, instance };
    }),
  };
}
