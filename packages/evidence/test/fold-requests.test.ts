import { fileURLToPath } from "node:url";
import { createMemorySpool } from "@kaudit/schema";
import type { AuditEvent, SourcedEvent } from "@kaudit/schema";
import { auditEvent, execOverWebSocket, forbidden, human, secretGet, unauthorized } from "@kaudit/testkit";
import { describe, expect, test } from "vitest";
import { createRegisterExtractors, foldRequests, registerNames } from "../src/index.js";
import type { FoldedRequest, FoldOptions, FoldTotals, RegisterName } from "../src/index.js";
import { plainReading, readingOf } from "./support/event-reading.js";
import { rowsIn } from "./support/gathered.js";
import { logFiles, sampleEvidence } from "./support/sample-evidence.js";

const example = fileURLToPath(new URL("../../../examples/recommended-policy", import.meta.url));

interface Folded {
  readonly requests: readonly FoldedRequest[];
  readonly totals: FoldTotals;
}

async function folded(events: AsyncIterable<SourcedEvent>, options: Partial<FoldOptions> = {}): Promise<Folded> {
  const reading = foldRequests(events, { spool: createMemorySpool(), ...options });
  const requests: FoldedRequest[] = [];
  for await (const request of reading) requests.push(request);
  return { requests, totals: reading.totals };
}

const told = ({ deciding, stages }: FoldedRequest) => [
  deciding.verb,
  deciding.outcome,
  stages.map(({ stage }) => stage).join(" "),
];

const ids = ({ requests }: Folded) => requests.map(({ request, auditIDs }) => `${request} ${auditIDs.join(" ")}`);

async function* twoClusters(): AsyncGenerator<SourcedEvent> {
  for (const cluster of ["a", "b"])
    for await (const { event, provenance } of readingOf(secretGet()))
      yield { event, provenance: { ...provenance, cluster, clusterBasis: "option" } };
}

async function* broken(): AsyncGenerator<SourcedEvent> {
  yield* readingOf(secretGet());
  throw new Error("disk is gone");
}

describe("foldRequests", { timeout: 60_000 }, () => {
  test("joins the stages of each request; the last decides", async () => {
    const events = [...secretGet(), ...execOverWebSocket({ n: 2, at: 2 }), ...unauthorized({ n: 3, at: 9 })];
    const { requests, totals } = await folded(readingOf(events));
    expect(requests.map(told)).toEqual([
      ["get", "success", "RequestReceived ResponseComplete"],
      ["get", "success", "RequestReceived ResponseStarted ResponseComplete"],
      ["list", "denied", "ResponseStarted"],
    ]);
    expect(totals).toMatchObject({ events: events.length, folded: events.length, requests: 3 });
  });

  test("gives requests that are in no register as well", async () => {
    const { requests } = await folded(readingOf([auditEvent({ requestURI: "/version", objectRef: null })]));
    const extract = createRegisterExtractors("prod-eu-1");
    expect(requests.map(({ bits, deciding }) => [bits, deciding.path])).toEqual([[0, "/version"]]);
    for (const name of registerNames) expect(extract[name](requests[0] as FoldedRequest)).toBeNull();
  });

  test("order and number of files do not matter", async () => {
    const events: AuditEvent[] = [];
    for await (const { event } of plainReading(logFiles(example))) events.push(event);
    const plain = await folded(readingOf(events));
    const reversed = await folded(readingOf(events.toReversed()));
    expect(ids(reversed)).toEqual(ids(plain));
    expect(reversed.requests.map(told)).toEqual(plain.requests.map(told));
    expect(plain.requests.length).toBeGreaterThan(500);
  });

  test("every event is counted: folded, repeated, undated, beyond the limit", async () => {
    const [received, complete] = secretGet() as [AuditEvent, AuditEvent];
    const undated = auditEvent({ auditID: "undated", requestReceivedTimestamp: "0001-01-01T00:00:00Z" });
    const many = Array.from({ length: 5003 }, (_, n) => ({
      ...auditEvent({ auditID: "many" }),
      responseStatus: { code: 200, message: `${n}` },
    }));
    const { totals } = await folded(readingOf([received, complete, complete, undated, ...many]));
    expect(totals).toEqual({
      events: 5007,
      folded: 5002,
      duplicates: 1,
      undated: 1,
      beyondLimit: 3,
      requests: 5001,
      contradicted: 1,
    });
  });

  test("what contradicts another is kept beside it", async () => {
    const [received, complete] = secretGet() as [AuditEvent, AuditEvent];
    const other = { ...complete, responseStatus: { code: 403 } };
    const { requests, totals } = await folded(readingOf([received, complete, other]));
    expect(requests.map(({ variant, deciding }) => [variant, deciding.code]).toSorted()).toHaveLength(2);
    expect(new Set(requests.map(({ deciding }) => deciding.code))).toEqual(new Set([200, 403]));
    expect(totals.contradicted).toBe(1);
  });

  test("the same auditID in two clusters is two requests", async () => {
    const { requests } = await folded(twoClusters());
    expect(requests.map(({ deciding }) => deciding.clusterKey).toSorted()).toEqual(["a", "b"]);
  });

  test("reads names as the organisation does", async () => {
    const events = secretGet({ user: human("ci-deployer") });
    const identity = { kinds: [{ kind: "system" as const, names: ["ci-*"] }] };
    const { requests } = await folded(readingOf(events), { identity });
    expect(requests.map(({ deciding }) => deciding.actorKind)).toEqual(["system"]);
  });

  test("keeps no credential of a path, nor of a command too long to be kept whole", async () => {
    const token = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJzeXN0ZW06YWRtaW4ifQ.c2lnbmF0dXJlLXNpZ25hdHVyZQ";
    const command = ["mysqldump", "-pcorrect-horse", ...Array.from({ length: 400 }, () => "x".repeat(4000))];
    const query = command.map((argument) => `command=${argument}`).join("&");
    const { requests } = await folded(
      readingOf([
        auditEvent({ requestURI: `/apis/acme.example/v1/reset/${token}`, objectRef: null }),
        // Only the decoded form looks like a token.
        auditEvent({
          auditID: "encoded",
          requestURI: `/apis/acme.example/v1/open/%65${token.slice(1)}`,
          objectRef: null,
        }),
        ...execOverWebSocket({
          n: 2,
          at: 2,
          fields: { requestURI: `/api/v1/namespaces/payments/pods/pay/exec?${query}` },
        }),
      ]),
    );
    const paths = requests.map(({ deciding }) => deciding.path);
    expect(paths).toContain("/apis/acme.example/v1/reset/[masked]");
    expect(paths).toContain("/apis/acme.example/v1/open/[masked]");
    const session = requests.find(({ deciding }) => deciding.session !== null)?.deciding.session;
    expect(session?.command.slice(0, 2)).toEqual(["mysqldump", "-p[masked]"]);
    expect(session?.command.at(-1)).toMatch(/^… \[\d+ more arguments\]$/);
    expect(JSON.stringify(requests)).not.toMatch(/yJhbGci|correct-horse/);
  });

  test("a chosen auditID joins no requests of another path", async () => {
    const first = secretGet()[1] as AuditEvent;
    const second = { ...first, requestURI: "/api/v1/namespaces/payments/secrets/other" };
    const { requests } = await folded(readingOf([first, second]));
    expect(new Set(requests.map(({ request }) => request)).size).toBe(2);
  });

  test("passes on what the events throw", async () => {
    await expect(folded(broken())).rejects.toThrow("disk is gone");
  });
});

describe("createRegisterExtractors", { timeout: 60_000 }, () => {
  test("gives the rows that buildEvidence gives, in every register", async () => {
    const evidence = await sampleEvidence(example);
    const extract = createRegisterExtractors("prod-eu-1");
    const made: Record<string, unknown[]> = {};
    const { requests } = await folded(plainReading(logFiles(example)), { cluster: "prod-eu-1" });
    for (const request of requests)
      for (const name of registerNames) {
        const row = extract[name](request);
        if (row !== null) (made[name] ??= []).push(row);
      }
    for (const name of registerNames) {
      const expected = (await rowsIn(evidence, name)).map((row) => withoutUses(name, row));
      expect(expected.length).toBeGreaterThan(5);
      expect(byId(made[name] ?? [])).toEqual(byId(expected));
    }
  });

  test("extractors of two clusters know nothing of each other", async () => {
    const { requests } = await folded(readingOf(forbidden()));
    const rows = ["a", "b"].map((cluster) =>
      createRegisterExtractors(cluster).authorization(requests[0] as FoldedRequest),
    );
    expect(rows.map((row) => row?.cluster)).toEqual(["a", "b"]);
  });
});

/** Where a credential was used is looked up in all events, not in its own request. */
function withoutUses(name: RegisterName, row: object): object {
  return name === "credentials" ? { ...row, firstUsed: "", lastUsed: "", usedBy: [], usedFrom: [], usedIn: [] } : row;
}

function idOf(row: unknown): string {
  return (row as { readonly rowId: string }).rowId;
}

function byId(rows: readonly unknown[]): unknown[] {
  return rows.toSorted((a, b) => (idOf(a) < idOf(b) ? -1 : 1));
}
