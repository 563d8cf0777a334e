import { hostileStrings, hostileText } from "@kaudit/testkit";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { inertCell, registerColumns, registerCsv } from "../src/index.js";
import type { DeletionsRow, SessionsRow } from "../src/index.js";

function deletion(fields: Partial<DeletionsRow> = {}): DeletionsRow {
  return {
    rowId: "deletions-1",
    time: "2026-11-22T12:18:26.954123Z",
    cluster: "prod-eu-1",
    apiserver: "cp-1",
    actor: "alice",
    actorKind: "human",
    impersonated: "",
    groups: ["developers", "system:authenticated"],
    sourceIP: "10.0.0.7",
    userAgent: "kubectl/v1.36.4",
    verb: "delete",
    apiGroup: "",
    resource: "pods",
    subresource: "",
    namespace: "team-a",
    name: "web",
    code: 200,
    outcome: "success",
    decision: "allow",
    reason: "",
    dryRun: "unknown",
    auditID: "a-1",
    auditIDs: ["a-1"],
    source: "audit.log:1042",
    cascade: "",
    actorPod: "",
    actorNode: "",
    actorCredential: "X509SHA256=784f",
    ...fields,
  };
}

async function csv(rows: readonly DeletionsRow[]): Promise<string> {
  let text = "";
  for await (const piece of registerCsv("deletions", rows)) text += piece;
  return text;
}

/** An RFC 4180 reader that knows nothing of the writer. */
function records(text: string): string[][] {
  const all: string[][] = [];
  let record: string[] = [];
  let cell = "";
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (quoted) {
      if (character === '"' && text[i + 1] === '"') cell += text[++i];
      else if (character === '"') quoted = false;
      else cell += character;
    } else if (character === '"') quoted = true;
    else if (character === ",") {
      record.push(cell);
      cell = "";
    } else if (character === "\r" && text[i + 1] === "\n") {
      all.push([...record, cell]);
      record = [];
      cell = "";
      i++;
    } else cell += character;
  }
  return all;
}

describe("registerCsv", () => {
  test("writes the contract's columns, then a record a row, with CRLF", async () => {
    expect(await csv([deletion()])).toBe(
      "rowId,time,cluster,apiserver,actor,actorKind,impersonated,groups,sourceIP,userAgent,verb,apiGroup,resource,subresource," +
        "namespace,name,code,outcome,decision,reason,dryRun,auditID,auditIDs,source,cascade,actorPod,actorNode,actorCredential\r\n" +
        "deletions-1,2026-11-22T12:18:26.954123Z,prod-eu-1,cp-1,alice,human,,developers; system:authenticated,10.0.0.7," +
        "kubectl/v1.36.4,delete,,pods,,team-a,web,200,success,allow,,unknown,a-1,a-1,audit.log:1042,,,,X509SHA256=784f\r\n",
    );
  });

  test("an empty register is its header alone", async () => {
    expect(await csv([])).toBe(`${registerColumns("deletions").join(",")}\r\n`);
  });

  test("null is an empty cell, numbers and true or false are plain, a command is a JSON array", async () => {
    const session: SessionsRow = {
      ...deletion({ code: null }),
      rowId: "sessions-1",
      kind: "exec",
      start: "2026-11-22T12:18:26.954123Z",
      end: "",
      durationSeconds: null,
      open: true,
      pod: "web",
      container: "app",
      command: ["sh", "-c", 'echo "a b" \u202e\n'],
      tty: true,
      stdin: false,
      protocol: "spdy",
      established: true,
      session: "sessions-1",
    };
    const { cascade: _cascade, ...row } = session as SessionsRow & { cascade: string };
    let text = "";
    for await (const piece of registerCsv("sessions", [row])) text += piece;
    const [columns = [], cells = []] = records(text);
    const cell = (name: string): string | undefined => cells[columns.indexOf(name)];
    expect([cell("code"), cell("durationSeconds"), cell("open"), cell("tty"), cell("stdin")]).toEqual([
      "",
      "",
      "true",
      "true",
      "false",
    ]);
    expect(cell("command")).toBe('["sh","-c","echo \\"a b\\" \\u202e\\n"]');
    expect(JSON.parse(cell("command") ?? "")).toEqual(row.command);
  });

  test("entries of a list stay apart, whatever they hold", async () => {
    const groups = ["a; b", "a", "b", "back\\slash", ""];
    const [columns = [], cells = []] = records(await csv([deletion({ groups })]));
    const cell = cells[columns.indexOf("groups")] ?? "";
    const read = cell.split(/(?<!(?<!\\)(?:\\\\)*\\); /).map((entry) => entry.replace(/\\([\\;])/g, "$1"));
    expect(read).toEqual(groups);
  });

  test("every hostile string stays in its cell, on its line, and is no formula", async () => {
    const rows = hostileStrings.map(({ value }) =>
      deletion({ name: value, userAgent: value, actor: value, groups: [value] }),
    );
    const text = await csv(rows);
    expect(text.replaceAll("\r\n", "")).not.toMatch(
      // oxlint-disable-next-line no-control-regex -- control characters are what this looks for
      /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/,
    );
    const all = records(text);
    expect(all).toHaveLength(rows.length + 1);
    for (const cells of all) {
      expect(cells).toHaveLength(28);
      for (const cell of cells) expect(cell).not.toMatch(/^\s*[=+\-@|＝＋－＠]/);
    }
  });

  test("any text gives as many records and cells as there are rows and columns", async () => {
    await fc.assert(
      fc.asyncProperty(hostileText(), hostileText(), async (name, group) => {
        const all = records(await csv([deletion({ name, groups: [group, name] }), deletion()]));
        expect(all.map((cells) => cells.length)).toEqual([28, 28, 28]);
      }),
    );
  });
});

describe("inertCell", () => {
  test.each([
    ["=1+1", "'=1+1"],
    ["+1", "'+1"],
    ["-2+3", "'-2+3"],
    ["@SUM(1)", "'@SUM(1)"],
    ["|calc", "'|calc"],
    ["\t=1", "'\\t=1"],
    ["\r=1", "'\\r=1"],
    ["\n=1", "'\\n=1"],
    [" =1", "'\\u{0020}=1"],
    ["\u00a0=1", "'\\u{00A0}=1"],
    ["\ufeff=1", "'\\u{FEFF}=1"],
    ["\u200b=1", "'\\u{200B}=1"],
    ["＝1+1", "'＝1+1"],
    ["＠x", "'＠x"],
    ["alice", "alice"],
    ["", ""],
    ["a=1", "a=1"],
    ["10.0.0.7", "10.0.0.7"],
    ["a\u0000b", "a\\x00b"],
    ["x\ny", "x\\ny"],
    ["\u202etxt", "\\u{202E}txt"],
    ["雪", "雪"],
  ])("%j is %s", (text, cell) => {
    expect(inertCell(text)).toBe(cell);
  });
});
