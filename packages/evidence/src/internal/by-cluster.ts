/** So many clusters are counted apart; what belongs to further ones is counted with the last. */
const mostClusters = 1000;

/** Something that is kept for each cluster apart, by the cluster's key. */
export interface ByCluster<Value> {
  /** Gives what is kept for a cluster; makes it where it is not there yet. */
  of(clusterKey: string): Value;
  /** Gives what is kept for any of these clusters; default all. */
  all(clusterKeys?: readonly string[]): Value[];
}

/** Keeps one value a cluster, made by `make`: at most a thousand. */
export function createByCluster<Value>(make: () => Value): ByCluster<Value> {
  const values = new Map<string, Value>();
  let last: Value | undefined;
  return {
    of(clusterKey) {
      const known = values.get(clusterKey) ?? (values.size === mostClusters ? last : undefined);
      if (known !== undefined) return known;
      last = make();
      values.set(clusterKey, last);
      return last;
    },
    all: (clusterKeys = [...values.keys()]) => clusterKeys.flatMap((key) => values.get(key) ?? []),
  };
}
