import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { closedSuffix, type IncomingLog } from "./incoming-log.js";

/** Brings the batches of one cluster into the store: all of a folder, each event once. False: it was ended before all was there. */
export type CollectCluster = (cluster: string, folder: string) => Promise<boolean>;

/**
 * Brings what was received into the store: closes the files that hold something, collects each cluster's folder, and removes
 * the files that were closed before; gives how many. What is collected twice, because the process ended in between, is in the store once.
 *
 * Rejects with what `collect` rejects with; then every file stays, and the next call collects it.
 */
export async function storeIncoming(folder: string, log: IncomingLog | null, collect: CollectCluster): Promise<number> {
  await log?.roll();
  const closed = await closedFiles(folder);
  let stored = 0;
  for (const cluster of new Set(closed.map((file) => file.cluster))) {
    if (!(await collect(cluster, join(folder, cluster)))) continue;
    for (const { path } of closed.filter((file) => file.cluster === cluster)) {
      await rm(path, { force: true });
      stored++;
    }
  }
  return stored;
}

async function closedFiles(folder: string): Promise<readonly { cluster: string; path: string }[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith(closedSuffix))
    .map(({ parentPath, name }) => join(parentPath, name))
    .toSorted()
    .map((path) => ({ path, cluster: path.slice(folder.length + 1).split(/[\\/]/)[0] ?? "" }));
}
