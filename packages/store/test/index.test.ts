import { expect, test } from "vitest";
import * as api from "../src/index.js";

test("the package exports what it documents", () => {
  expect(Object.keys(api).toSorted()).toMatchInlineSnapshot(`
    [
      "EventWriter",
      "StoreError",
      "addCounts",
      "appendLedger",
      "checkpointSigner",
      "collect",
      "consistencyProof",
      "createFolderStore",
      "createMemoryStore",
      "createS3Store",
      "holdKey",
      "inclusionProof",
      "isSignedBy",
      "leafHash",
      "merkleRoot",
      "noCounts",
      "parseCheckpointNote",
      "purge",
      "readLedger",
      "readStore",
      "redactEvent",
      "replaceFile",
      "requireStore",
      "storeFormat",
      "storePlace",
      "storeSource",
      "storeStatus",
      "takeLock",
      "verifyConsistency",
      "verifyInclusion",
      "verifyStore",
      "writeCheckpoint",
    ]
  `);
});
