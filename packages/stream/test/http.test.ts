import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { auditEvent, jsonLines } from "@kaudit/testkit";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { readEvents } from "../src/index.js";
import { maskedAddress } from "../src/sources/masked-address.js";
import type { Collected } from "./collect.js";
import { collect } from "./collect.js";

const log = (...ids: readonly string[]): Buffer =>
  Buffer.from(jsonLines(ids.map((auditID) => auditEvent({ auditID }))));

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

let handlers: Record<string, Handler>;
let requests: IncomingMessage[];
let open: number;
let origin: string;
let close: () => Promise<void>;

async function serve(): Promise<{ origin: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    requests.push(request);
    open++;
    response.on("close", () => open--);
    const handler = handlers[new URL(request.url ?? "", "http://localhost").pathname];
    if (handler === undefined) response.writeHead(404).end("secret words of the server");
    else handler(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

beforeEach(async () => {
  handlers = {};
  requests = [];
  open = 0;
  ({ origin, close } = await serve());
});
afterEach(() => close());

const send =
  (body: Buffer, headers: Readonly<Record<string, string>> = {}): Handler =>
  (_request, response) =>
    void response.writeHead(200, headers).end(body);

const redirect =
  (location: string, status = 302): Handler =>
  (_request, response) =>
    void response.writeHead(status, { location }).end();

const get = (...paths: readonly string[]): Promise<Collected> =>
  collect(
    paths.map((path) => origin + path),
    { allowHttp: true },
  );

describe("an address of a web server", () => {
  test("is read only when that is asked for", async () => {
    for (const input of ["http://127.0.0.1:1/audit.log", "HTTPS://127.0.0.1:1/audit.log"]) {
      const shown = input.toLowerCase();
      await expect(collect(input)).rejects.toMatchObject({
        code: "KAUDIT_STREAM_OPTION_INVALID",
        message: `${shown}: addresses of web servers are only read when that is asked for. Set allowHttp: true.`,
      });
    }
  });

  test("is known by the last part of its path, its API server by the part before", async () => {
    handlers["/logs/cp-1/audit%20log.json"] = send(log("1"));
    handlers["/logs/cp-2/audit.log"] = send(log("2"));
    handlers["/"] = send(log("3"));
    handlers["/x/a%2Fb"] = send(log("4"));
    const { events } = await get("/logs/cp-1/audit%20log.json", "/logs/cp-2/audit.log?token=t", "/#part", "/x/a%2Fb");
    const host = origin.slice("http://".length);
    expect(events.map(({ event, provenance }) => [event.auditID, provenance.file, provenance.instance])).toEqual([
      ["1", "audit log.json", "cp-1"],
      ["2", "audit.log", "cp-2"],
      ["3", "127.0.0.1", host],
      ["4", "a%2Fb", "x"],
    ]);
  });

  test("is asked for once, without a coding for the way, when its turn comes", async () => {
    handlers["/audit.log"] = send(log("1"));
    await get("/audit.log", "/audit.log#again");
    expect(requests.map(({ url, headers }) => [url, headers["accept-encoding"]])).toEqual([["/audit.log", "identity"]]);
  });

  test.each([
    ["a .gz file", gzipSync(log("1")), {}, "gzip"],
    ["a .gz file that the server declares as a coding", gzipSync(log("1")), { "content-encoding": "gzip" }, "none"],
    ["a .gz file with a coding around it", gzipSync(gzipSync(log("1"))), { "content-encoding": "gzip" }, "gzip"],
    ["plain text of a .gz name", log("1"), {}, "none"],
  ])("%s is decompressed once", async (_, body, headers, compression) => {
    handlers["/audit.log.gz"] = send(body, headers);
    const { ids, account } = await get("/audit.log.gz");
    expect(ids).toEqual(["1"]);
    expect(account.files).toMatchObject([{ compression, rejected: 0 }]);
  });

  test("is read without a declared length, and when it is empty", async () => {
    handlers["/chunked"] = (_request, response) => {
      const bytes = log("1", "2");
      response.write(bytes.subarray(0, 10), () => response.end(bytes.subarray(10)));
    };
    handlers["/empty"] = send(Buffer.alloc(0));
    const { ids, account } = await get("/chunked", "/empty");
    expect(ids).toEqual(["1", "2"]);
    expect(account.files.map(({ bytes }) => bytes)).toEqual([log("1", "2").length, 0]);
  });
});

describe("redirects", () => {
  test("are followed, five at most", async () => {
    handlers["/0"] = send(log("1"));
    for (let i = 1; i <= 6; i++) handlers[`/${i}`] = redirect(`/${i - 1}`, i % 2 ? 301 : 307);
    expect((await get("/5")).ids).toEqual(["1"]);
    await expect(get("/6")).rejects.toMatchObject({
      code: "KAUDIT_STREAM_INPUT_UNREADABLE",
      message: `${origin}/6: more than 5 redirects.`,
    });
  });

  test.each(["file:///etc/passwd", "ftp://127.0.0.1/x", "http://["])("to %s are not", async (location) => {
    handlers["/audit.log"] = redirect(location);
    await expect(get("/audit.log")).rejects.toMatchObject({ code: "KAUDIT_STREAM_INPUT_UNREADABLE" });
  });

  test("take no password to another origin", async () => {
    const other = await serve();
    try {
      handlers["/here"] = redirect(`/there`);
      handlers["/there"] = redirect(`${other.origin.replace("//", "//eve:pass@")}/audit.log`);
      handlers["/audit.log"] = send(log("1"));
      const { ids } = await collect(`${origin.replace("//", "//bob:se%20cret@")}/here`, { allowHttp: true });
      expect(ids).toEqual(["1"]);
      const basic = `Basic ${Buffer.from("bob:se cret").toString("base64")}`;
      expect(requests.map(({ url, headers }) => [url, headers.authorization])).toEqual([
        ["/here", basic],
        ["/there", basic],
        ["/audit.log", undefined],
      ]);
    } finally {
      await other.close();
    }
  });
});

/** The failure of reading a path, with a password and a token in its address. */
async function failureOf(path: string): Promise<Error & { code: string; details: unknown }> {
  const address = `${origin.replace("//", "//bob:hunter2@")}${path}?token=hunter2&x=%00`;
  return (await collect(address, { allowHttp: true }).catch((error: unknown) => error)) as never;
}

describe("a web server that does not give the log", () => {
  test.each([
    [404, "KAUDIT_STREAM_INPUT_MISSING", "no such address (status 404). Check it."],
    [410, "KAUDIT_STREAM_INPUT_MISSING", "no such address (status 410). Check it."],
    [403, "KAUDIT_STREAM_INPUT_UNREADABLE", "cannot be read (status 403)."],
    [500, "KAUDIT_STREAM_INPUT_UNREADABLE", "cannot be read (status 500)."],
    [206, "KAUDIT_STREAM_INPUT_UNREADABLE", "cannot be read (status 206)."],
    [304, "KAUDIT_STREAM_INPUT_UNREADABLE", "cannot be read (status 304)."],
  ])("status %i is %s", async (status, code, why) => {
    handlers["/audit.log"] = (_request, response) => void response.writeHead(status).end();
    const failure = await failureOf("/audit.log");
    expect(failure).toMatchObject({ code, message: `${origin}/audit.log?token=…&x=…: ${why}` });
    expect(failure).toMatchObject({ details: { status } });
  });

  test("no password, token or word of the server is in any message", async () => {
    handlers["/broken"] = (_request, response) => {
      response.writeHead(200, { "content-length": "1000" });
      response.write("{", () => response.destroy());
    };
    handlers["/away"] = redirect("/missing?token=hunter2");
    handlers["/loop"] = redirect("/loop?token=hunter2");
    for (const path of ["/missing", "/broken", "/away", "/loop"]) {
      const failure = await failureOf(path);
      expect(failure.code).toMatch(/^KAUDIT_STREAM_INPUT_/);
      expect(`${failure.message} ${JSON.stringify(failure.details)}`).not.toMatch(/hunter2|secret words/);
    }
  });

  test("a server that is not there is INPUT_UNREADABLE", async () => {
    const gone = await serve();
    await gone.close();
    origin = gone.origin;
    const failure = await failureOf("/audit.log");
    expect(failure).toMatchObject({
      code: "KAUDIT_STREAM_INPUT_UNREADABLE",
      message: `${origin}/audit.log?token=…&x=…: cannot be read (ECONNREFUSED). Check the address and the network, then run again.`,
    });
    for (let cause: unknown = failure; cause instanceof Error; cause = cause.cause)
      expect(`${cause.message} ${cause.stack}`).not.toContain("hunter2");
  });

  test("does not hold up the signal, before or inside the body", async () => {
    handlers["/silent"] = () => {};
    handlers["/stalls"] = (_request, response) => void response.write("{");
    for (const path of ["/silent", "/stalls"]) {
      const reading = collect(origin + path, { allowHttp: true, signal: AbortSignal.timeout(50) });
      await expect(reading).rejects.toMatchObject({ code: "KAUDIT_STREAM_ABORTED" });
    }
    await vi.waitFor(() => expect(open).toBe(0));
  });

  test("is let go when the iteration is left", async () => {
    handlers["/stalls"] = (_request, response) => void response.write(log("1", "2"));
    for await (const _ of readEvents(`${origin}/stalls`, { allowHttp: true })) break;
    await vi.waitFor(() => expect(open).toBe(0));
  });
});

test("a masked address keeps the names of a query, not its values", () => {
  expect(maskedAddress(new URL("https://u:p@logs.example:8443/a/b%20c?sig=abc&a%26b=1&flag#frag"))).toBe(
    "https://logs.example:8443/a/b%20c?sig=…&a%26b=…&flag=…",
  );
});

test("what only begins like an address is no input, and is not shown", async () => {
  await expect(collect("https://[secret", { allowHttp: true })).rejects.toMatchObject({
    code: "KAUDIT_STREAM_OPTION_INVALID",
    message: "an input begins like the address of a web server, but is none.",
  });
});
