import { expect, test } from "vitest";
import * as api from "../src/index.js";

test("the package exports these names, and no others", () => {
  expect(Object.keys(api).toSorted()).toMatchInlineSnapshot(`
    [
      "AuditEvent",
      "EventList",
      "GroupResources",
      "KauditError",
      "Level",
      "ObjectReference",
      "Policy",
      "PolicyRule",
      "SchemaError",
      "Stage",
      "Status",
      "UserInfo",
      "attributesOf",
      "checkEvent",
      "checkEventList",
      "compareByCodePoint",
      "compareLevels",
      "confusableSkeleton",
      "createMemorySpool",
      "describeProblem",
      "impliedObjectRef",
      "isAuditEvent",
      "isEventLike",
      "isKauditError",
      "levelRank",
      "parseEvent",
      "parseEventList",
      "requestInfo",
      "safeParseEvent",
      "safeParseEventList",
      "stageOrder",
      "stringifyEvent",
      "stringifyEventList",
      "toMicroTime",
      "upgradeEvent",
      "visibleString",
      "visibleText",
    ]
  `);
});
