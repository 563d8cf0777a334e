/** What `gunzipSync` is told. */
export const constants = { Z_FINISH: 4, Z_SYNC_FLUSH: 2 } as const;

/** Stands in for `gunzipSync` of `node:zlib`: a platform without it opens nothing that is compressed. */
export function gunzipSync(): never {
  throw Object.assign(new Error("not available"), { code: "ERR_NOT_AVAILABLE" });
}
