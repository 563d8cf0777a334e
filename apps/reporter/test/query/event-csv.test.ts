import { eventColumns, eventRow } from "@kaudit/evidence";
import { auditEvent, hostileStrings } from "@kaudit/testkit";
import { describe, expect, test } from "vitest";
import { eventsCsv } from "../../src/query/event-csv.js";

/** Reads CSV as RFC 4180 writes it, without any of the code under test. */
function parseCsv(text: string): readonly (readonly string[])[] {
  const records: string[][] = [];
  for (const line of text.split("\r\n").slice(0, -1)) {
    const cells = [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,"]*))/g)];
    records.push(cells.map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? ""));
  }
  return records;
}

async function csvOf(fields: Parameters<typeof auditEvent>[0]): Promise<string> {
  async function* rows() {
    const provenance = {
      file: "audit.log",
      byteOffset: 12,
      envelope: "json-lines",
      instance: "cp-1",
      instanceBasis: "option",
      contentSha256: "0".repeat(64),
    } as const;
    yield eventRow({ event: auditEvent(fields), provenance }, "prod-eu-1");
  }
  let text = "";
  for await (const piece of eventsCsv(rows())) text += piece;
  return text;
}

describe("eventsCsv", () => {
  test("writes the columns, then a record an event", async () => {
    const [head = [], record = []] = parseCsv(
      await csvOf({ user: { username: "alice", groups: ["a;b", "c\\d", "e"] } }),
    );
    expect(head).toEqual(eventColumns);
    const cells = Object.fromEntries(head.map((column, at) => [column, record[at]]));
    expect(cells).toMatchObject({
      time: "2026-10-14T09:00:00.000000Z",
      cluster: "prod-eu-1",
      apiserver: "cp-1",
      actor: "alice",
      groups: "a\\;b; c\\\\d; e",
      code: "200",
      source: "audit.log:12",
    });
  });

  test("leaves the code empty where none was recorded", async () => {
    const [head = [], record = []] = parseCsv(await csvOf({ responseStatus: null }));
    expect(record[head.indexOf("code")]).toBe("");
  });

  test.each(hostileStrings.map(({ name, value }) => [name, value]))(
    "keeps %s inert in every cell",
    async (_name, value) => {
      const text = await csvOf({
        user: { username: value, groups: [value] },
        verb: value,
        userAgent: value,
        auditID: value,
        stage: value,
        requestURI: value,
        objectRef: { resource: value, namespace: value, name: value },
      });
      const records = parseCsv(text);
      expect(records).toHaveLength(2);
      expect(records[1]).toHaveLength(eventColumns.length);
      expect(text.replaceAll("\r\n", "")).not.toMatch(/[\p{Cc}\u200b\u2028-\u202e\u2066-\u2069\ufeff]/u);
      for (const cell of records[1] ?? []) expect(cell).not.toMatch(/^\s*[=+\-@|]/);
    },
  );
});
