import type { RejectedRecord } from "@kaudit/schema";
import { describe, expect, test } from "vitest";
import { rejectedCsv } from "../../src/pack/rejected-csv.js";

const record: RejectedRecord = {
  file: "eu-1/audit.log",
  cluster: "eu-1",
  byteOffset: 1042,
  byteLength: 17,
  reason: "not-json",
  detail: "unexpected end",
  excerpt: "{",
};
const { cluster: _cluster, ...untold } = record;

async function textOf(...given: Parameters<typeof rejectedCsv>): Promise<string> {
  let text = "";
  for await (const piece of rejectedCsv(...given)) text += piece;
  return text;
}

describe("rejected.csv", () => {
  test("of one cluster has no column for it", async () => {
    expect(await textOf([record])).toBe(
      "file,byteOffset,byteLength,reason,detail,excerpt\r\neu-1/audit.log,1042,17,not-json,unexpected end,{\r\n",
    );
  });

  test("of several clusters ends with the record's own, after the same columns", async () => {
    expect(await textOf([record, untold, { ...record, cluster: "=us" }], { withCluster: true })).toBe(
      "file,byteOffset,byteLength,reason,detail,excerpt,cluster\r\n" +
        "eu-1/audit.log,1042,17,not-json,unexpected end,{,eu-1\r\n" +
        "eu-1/audit.log,1042,17,not-json,unexpected end,{,\r\n" +
        "eu-1/audit.log,1042,17,not-json,unexpected end,{,'=us\r\n",
    );
  });
});
