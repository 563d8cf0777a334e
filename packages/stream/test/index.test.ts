import { expect, test } from "vitest";
import * as api from "../src/index.js";

test("the package exports exactly these values", () => {
  expect(Object.keys(api).toSorted()).toMatchInlineSnapshot(`
    [
      "StreamError",
      "compareRotationOrder",
      "createEventTransform",
      "eventSource",
      "eventTransformStream",
      "follow",
      "mergeByTime",
      "parseCheckpoint",
      "readEvents",
      "s3Bucket",
    ]
  `);
});
