import { Writable } from "node:stream";
import type { AuthorizationRow, SecretsRow, SessionsRow } from "@kaudit/evidence";
import { hostileStrings } from "@kaudit/testkit";
import { describe, expect, test } from "vitest";
import { printJson, printJsonLines, printTable } from "../../src/query/print-rows.js";
import { registerTableColumns } from "../../src/query/register-table.js";
import { displayWidth } from "../../src/terminal/display-width.js";
import { createStyle } from "../../src/terminal/style.js";
import { createTextOutput, type TextOutput } from "../../src/terminal/text-output.js";

const common = {
  rowId: "secrets-0123456789abcdef",
  time: "2026-11-22T12:18:39.825123Z",
  cluster: "prod-eu-1",
  apiserver: "cp-1",
  actor: "alice",
  actorKind: "human",
  impersonated: "",
  groups: ["developers"],
  sourceIP: "10.0.0.7",
  userAgent: "kubectl/v1.36.4",
  verb: "get",
  apiGroup: "",
  resource: "secrets",
  subresource: "",
  namespace: "team-a",
  name: "db-cred",
  code: 200,
  outcome: "success",
  decision: "allow",
  reason: "",
  dryRun: "false",
  auditID: "00000000-0000-4000-8000-000000000001",
  auditIDs: ["00000000-0000-4000-8000-000000000001"],
  source: "audit.log:1042",
  actorPod: "",
  actorNode: "",
  actorCredential: "",
} as const;

function secretsRow(fields: Partial<SecretsRow> = {}): SecretsRow {
  return {
    ...common,
    groups: [...common.groups],
    auditIDs: [...common.auditIDs],
    access: "read",
    bulk: false,
    clusterWide: false,
    ...fields,
  };
}

async function* given<Row>(rows: readonly Row[]): AsyncGenerator<Row, void> {
  yield* rows;
}

/** Collects what `print` writes. */
async function printed(print: (output: TextOutput) => Promise<unknown>): Promise<string> {
  const chunks: Buffer[] = [];
  const output = createTextOutput(
    new Writable({
      write(chunk: Buffer, _encoding, done) {
        chunks.push(chunk);
        done();
      },
    }),
  );
  await print(output);
  await output.flush();
  return Buffer.concat(chunks).toString("utf8");
}

function tableOf<Row>(
  rows: readonly Row[],
  columns: Parameters<typeof printTable<Row>>[1],
  width = 100,
  wide = false,
): Promise<string> {
  const style = createStyle({ isTerminal: false, columns: width, environment: { LANG: "C.UTF-8" }, platform: "linux" });
  return printed((output) => printTable(() => given(rows), columns, { output, style, wide }));
}

const rows = [
  secretsRow(),
  secretsRow({
    actor: "system:serviceaccount:external-secrets:external-secrets-operator",
    access: "list",
    clusterWide: true,
    namespace: "",
    name: "",
    bulk: true,
  }),
  secretsRow({
    actor: "kubernetes-admin",
    impersonated: "bob",
    code: 403,
    outcome: "denied",
    name: "a-long-name-of-a-secret-that-nobody-would-type",
  }),
  secretsRow({ code: null, outcome: "unknown" }),
];

describe("printTable", () => {
  test("shows the secrets register in 80 columns", async () => {
    const text = await tableOf(rows, registerTableColumns("secrets", false), 80);
    expect(`\n${text}`).toMatchInlineSnapshot(`
      "
      Time, UTC            Actor        Acting as  Access  Namespace  Name        Code
      ────────────────────────────────────────────────────────────────────────────────
      2026-11-22 12:18:39  alice                   read    team-a     db-cred      200
      2026-11-22 12:18:39  syste…rator             list    (all)                   200
      2026-11-22 12:18:39  kuber…admin  bob        read    team-a     a-lon…type   403
      2026-11-22 12:18:39  alice                   read    team-a     db-cred
      "
    `);
    for (const line of text.split("\n")) expect(displayWidth(line)).toBeLessThanOrEqual(80);
  });

  test("shows more columns and cuts nothing when wide", async () => {
    const text = await tableOf(rows, registerTableColumns("secrets", true), 80, true);
    for (const row of rows) {
      for (const value of [row.actor, row.impersonated, row.name, row.time, row.source, row.auditID, row.sourceIP]) {
        expect(text).toContain(value);
      }
    }
    expect(text).not.toContain("…");
  });

  test("prints nothing without rows", async () => {
    expect(await tableOf([], registerTableColumns("secrets", false))).toBe("");
  });

  test("shows a session with its command and whether it is open", async () => {
    const row: SessionsRow = {
      ...secretsRow(),
      resource: "pods",
      subresource: "exec",
      name: "web",
      kind: "exec",
      start: common.time,
      end: "",
      durationSeconds: null,
      open: true,
      pod: "web",
      container: "app",
      command: ["sh", "-c", "cat /etc/passwd\nid"],
      tty: true,
      stdin: true,
      protocol: "websocket",
      established: true,
      session: "sessions-1",
      code: 101,
    };
    const closed = { ...row, open: false, end: common.time, durationSeconds: 12.345 };
    const text = await tableOf([row, closed], registerTableColumns("sessions", false), 120);
    expect(`\n${text}`).toMatchInlineSnapshot(`
      "
      Time, UTC            Actor  Kind  Namespace  Pod  Command                    Lasted  Outcome  Code
      ──────────────────────────────────────────────────────────────────────────────────────────────────
      2026-11-22 12:18:39  alice  exec  team-a     web  sh -c cat /etc/passwd\\nid    open  success   101
      2026-11-22 12:18:39  alice  exec  team-a     web  sh -c cat /etc/passwd\\nid  12.3 s  success   101
      "
    `);
  });

  test("has a column head for every column of every register once", () => {
    for (const register of [
      "secrets",
      "rbac",
      "sessions",
      "authentication",
      "authorization",
      "credentials",
      "impersonation",
      "deletions",
      "configuration",
    ] as const) {
      for (const wide of [false, true]) {
        const heads = registerTableColumns(register, wide).map((column) => column.head);
        expect(new Set(heads).size).toBe(heads.length);
      }
    }
  });

  test.each(hostileStrings.map(({ name, value }) => [name, value]))(
    "keeps %s inert: one line, no control characters, nothing that changes direction",
    async (_name, value) => {
      const row: AuthorizationRow = {
        ...secretsRow({
          actor: value,
          impersonated: value,
          verb: value,
          namespace: value,
          name: value,
          resource: value,
        }),
        reason: value,
        userAgent: value,
        apiserver: value,
        source: `${value}:12`,
        auditID: value,
        deniedBy: "rbac",
      };
      for (const wide of [false, true]) {
        const text = await tableOf([row], registerTableColumns("authorization", wide), 100, wide);
        const lines = text.split("\n");
        expect(lines).toHaveLength(4);
        expect(lines.join("")).not.toMatch(
          /[\p{Cc}\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\u{e0000}-\u{e007f}]/u,
        );
        if (!wide) for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(100);
      }
    },
  );
});

describe("printJson and printJsonLines", () => {
  const hostile = hostileStrings.map(({ value }) => ({ value, [value]: value }));

  test("give back exactly what went in, whatever it is, a row a line", async () => {
    const array = await printed((output) => printJson(given(hostile), output));
    const lines = await printed((output) => printJsonLines(given(hostile), output));
    expect(JSON.parse(array)).toEqual(hostile);
    expect(array.split("\n")).toHaveLength(hostile.length + 3);
    expect(
      lines
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line)),
    ).toEqual(hostile);
    expect(array + lines).not.toMatch(/[^\P{Cc}\n]/u);
  });

  test("give an empty array and nothing for no rows", async () => {
    expect(await printed((output) => printJson(given([]), output))).toBe("[]\n");
    expect(await printed((output) => printJsonLines(given([]), output))).toBe("");
  });
});

describe("createTextOutput", () => {
  test("stops quietly when the reader goes away", async () => {
    const stream = new Writable({
      write(_chunk, _encoding, done) {
        done(Object.assign(new Error("write EPIPE"), { code: "EPIPE" }));
      },
    });
    const output = createTextOutput(stream);
    await output.write("x".repeat(100_000));
    expect(output.isClosed).toBe(true);
    await output.write("more");
    await output.flush();
  });

  test("fails with a code when the output cannot be written", async () => {
    const stream = new Writable({
      write(_chunk, _encoding, done) {
        done(Object.assign(new Error("write ENOSPC"), { code: "ENOSPC" }));
      },
    });
    const output = createTextOutput(stream);
    await output.write("row\n");
    await expect(output.flush()).rejects.toMatchObject({ code: "KAUDIT_CLI_OUTPUT_FAILED", exitCode: 4 });
  });
});
