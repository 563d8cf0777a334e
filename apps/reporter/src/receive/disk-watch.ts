import { statfs } from "node:fs/promises";

/** Tells whether a folder's disk is nearly full; looked at every second, so that a batch does not wait for it. */
export interface DiskWatch {
  readonly isLow: boolean;
  readonly freeBytes: number;
  stop(): void;
}

/** Kept free so that what is already taken can still be brought into the store. */
export const defaultMinFreeBytes = 256 * 1024 * 1024;

/** Starts to look; `onChange` is called when the answer changes. Rejects when the folder cannot be looked at now. */
export async function watchDisk(
  folder: string,
  minFreeBytes: number,
  onChange: (isLow: boolean, freeBytes: number) => void,
): Promise<DiskWatch> {
  let freeBytes = await freeBytesOf(folder);
  let isLow = freeBytes < minFreeBytes;
  if (isLow) onChange(isLow, freeBytes);
  const timer = setInterval(() => {
    void freeBytesOf(folder).then(
      (free) => {
        freeBytes = free;
        if (free < minFreeBytes === isLow) return;
        isLow = !isLow;
        onChange(isLow, free);
      },
      // A disk that cannot be asked refuses writes by itself.
      () => undefined,
    );
  }, 1000);
  timer.unref();
  return {
    get isLow() {
      return isLow;
    },
    get freeBytes() {
      return freeBytes;
    },
    stop: () => clearInterval(timer),
  };
}

async function freeBytesOf(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}
