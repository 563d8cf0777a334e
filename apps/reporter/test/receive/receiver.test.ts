import { readFile, mkdtemp, rm } from "node:fs/promises";
import { request as httpRequest, type RequestOptions } from "node:http";
import { request as httpsRequest } from "node:https";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { auditEvent, auditID, eventList } from "@kaudit/testkit";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Destination, IncomingLog } from "../../src/receive/incoming-log.js";
import type { ReceiveClient } from "../../src/receive/receive-client.js";
import {
  defaultReceiveLimits,
  type Receiver,
  type ReceiverOptions,
  startReceiver,
} from "../../src/receive/receiver.js";
import { type MadeCertificate, makeAuthority, makeCertificate } from "./certificates.js";

const body = JSON.stringify(eventList([auditEvent(), auditEvent({ auditID: auditID(2) })]));
const token = "a-token-of-enough-length";
const clients: readonly ReceiveClient[] = [
  { name: "one", cluster: "c1", instance: null, credential: { kind: "token", token } },
  { name: "two", cluster: "c2", instance: "cp-9", credential: { kind: "token", token: `${token}-2` } },
];

/** A log in memory that keeps lines, slowly or not at all if told so. */
function memoryLog(
  append: () => Promise<void> = async () => undefined,
): IncomingLog & { kept: [Destination, string][] } {
  const kept: [Destination, string][] = [];
  return {
    kept,
    figures: { commits: 0, commitSeconds: 0, lines: 0, bytes: 0 },
    async append(destination, _receivedAt, line) {
      await append();
      kept.push([destination, line.toString()]);
    },
    roll: async () => undefined,
    close: async () => undefined,
  };
}

let running: Receiver | null = null;

const text = (path: string): Promise<string> => readFile(path, "utf8");

async function start(options: Partial<ReceiverOptions> = {}): Promise<Receiver & { notes: string[] }> {
  const notes: string[] = [];
  const receiver = await startReceiver(
    {
      clients,
      certificates: null,
      log: memoryLog(),
      limits: defaultReceiveLimits,
      isDiskLow: () => false,
      now: () => new Date("2026-11-22T12:00:00Z"),
      metrics: false,
      note: (line) => notes.push(line),
      ...options,
    },
    0,
    "127.0.0.1",
  );
  running = receiver;
  return Object.assign(receiver, { notes });
}

afterEach(async () => {
  await running?.stop();
  running = null;
});

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: Record<string, unknown>;
}

interface Sending extends RequestOptions {
  readonly tls?: { ca: string; cert?: string; key?: string };
  readonly sent?: string | Buffer;
}

function send(
  receiver: Receiver,
  path: string,
  { tls, sent = body, headers = {}, ...options }: Sending = {},
): Promise<Answer> {
  const given = {
    host: "127.0.0.1",
    port: receiver.address.port,
    path,
    method: "POST",
    agent: false as const,
    headers: { "content-type": "application/json", authorization: `Bearer ${token}`, ...headers },
    ...options,
  };
  return new Promise((resolve, reject) => {
    const request = tls === undefined ? httpRequest(given) : httpsRequest({ ...given, ...tls });
    request.on("error", reject);
    request.on("response", (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(parts).toString(), headers: response.headers }),
      );
    });
    request.end(given.method === "POST" ? sent : undefined);
  });
}

describe("what is received", () => {
  test("is kept under the cluster of the credential and the API server of the path", async () => {
    const log = memoryLog();
    const receiver = await start({ log });
    const answers = [
      await send(receiver, "/audit"),
      await send(receiver, "/audit/cp-1?timeout=30s"),
      await send(receiver, "/audit", { headers: { authorization: `Bearer ${token}-2` } }),
      await send(receiver, "/audit/cp-9", { headers: { authorization: `bearer ${token}-2` } }),
    ];
    expect(answers.map(({ status, text }) => [status, text])).toEqual(
      Array.from({ length: 4 }, () => [200, '{"events":2,"rejected":0}\n']),
    );
    expect(log.kept.map(([destination]) => destination)).toEqual([
      { cluster: "c1", instance: "one", client: "one" },
      { cluster: "c1", instance: "cp-1", client: "one" },
      { cluster: "c2", instance: "cp-9", client: "two" },
      { cluster: "c2", instance: "cp-9", client: "two" },
    ]);
    for (const [, line] of log.kept) expect(line).toBe(body);
  });

  test("abuse case 2: what a body says of its cluster moves nothing", async () => {
    const log = memoryLog();
    const receiver = await start({ log });
    const spoofed = auditEvent({ annotations: { cluster: "c2", "kaudit.io/cluster": "c2" } });
    await send(receiver, "/audit?cluster=c2", {
      sent: JSON.stringify({ ...eventList([spoofed]), cluster: "c2" }),
      headers: { "x-cluster": "c2" },
    });
    expect(log.kept.map(([{ cluster }]) => cluster)).toEqual(["c1"]);
  });

  test("is answered only when it is durable", async () => {
    let durable = false;
    const receiver = await start({
      log: memoryLog(async () => {
        await wait(100);
        durable = true;
      }),
    });
    const { status } = await send(receiver, "/audit");
    expect({ status, durable }).toEqual({ status: 200, durable: true });
  });

  test("is not acknowledged when it cannot be kept; the sender is told when to try again", async () => {
    const full = Object.assign(new Error("no space"), { code: "ENOSPC" });
    const receiver = await start({ log: memoryLog(() => Promise.reject(full)) });
    const { status, headers, text } = await send(receiver, "/audit");
    expect([status, headers["retry-after"], text]).toEqual([503, "15", "the batch could not be kept\n"]);
    expect(receiver.notes).toEqual(["a batch of one could not be kept (ENOSPC); it was not acknowledged"]);
  });
});

describe("what is refused", () => {
  test.each<[string, string, Sending, number]>([
    ["no token", "/audit", { headers: { authorization: "" } }, 401],
    ["another token", "/audit", { headers: { authorization: "Bearer another-token-of-length" } }, 401],
    ["a token in another scheme", "/audit", { headers: { authorization: `Basic ${token}` } }, 401],
    ["a token in the address", `/audit?access_token=${token}`, { headers: { authorization: "" } }, 401],
    ["the API server of another client", "/audit/cp-1", { headers: { authorization: `Bearer ${token}-2` } }, 403],
    ["another path", "/", {}, 404],
    ["a path that climbs", "/audit/../../etc", {}, 404],
    ["an API server's name that climbs", "/audit/..", {}, 404],
    ["an API server's name with an escape", "/audit/a%2fb", {}, 404],
    ["GET", "/audit", { method: "GET" }, 405],
    ["a form", "/audit", { headers: { "content-type": "application/x-www-form-urlencoded" } }, 415],
    ["a compressed body", "/audit", { headers: { "content-encoding": "gzip" } }, 415],
    ["no JSON", "/audit", { sent: "<script>" }, 400],
    ["metrics that were not asked for", "/metrics", { method: "GET" }, 404],
  ])("%s", async (_name, path, sending, status) => {
    const log = memoryLog();
    const receiver = await start({ log });
    const answer = await send(receiver, path, sending);
    expect(answer.status).toBe(status);
    expect(answer.headers["retry-after"]).toBeUndefined();
    expect(answer.text).not.toContain("<script");
    expect(log.kept).toEqual([]);
    expect((await send(receiver, "/audit")).status).toBe(200);
  });

  test("a body that is too large, before it is read and while it comes", async () => {
    const limits = { ...defaultReceiveLimits, maxBodyBytes: 1000 };
    const log = memoryLog();
    const receiver = await start({ limits, log });
    const announced = await send(receiver, "/audit", { headers: { "content-length": "1001" }, sent: "" }).catch(
      () => null,
    );
    expect(announced === null || announced.status === 413).toBe(true);
    const chunked = await send(receiver, "/audit", {
      headers: { "transfer-encoding": "chunked" },
      sent: " ".repeat(5000),
    });
    expect(chunked.status).toBe(413);
    expect(chunked.text).toContain("--max-body");
    expect(log.kept).toEqual([]);
  });

  test("more than may be in memory at one time: 429 and when to try again, and all of it once there is room", async () => {
    const limits = { ...defaultReceiveLimits, maxBytesInFlight: body.length * 2 };
    const log = memoryLog(() => wait(200));
    const receiver = await start({ limits, log });
    const answers = await Promise.all(Array.from({ length: 6 }, () => send(receiver, "/audit")));
    const refused = answers.filter(({ status }) => status === 429);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(2);
    expect(refused.map(({ headers }) => headers["retry-after"])).toEqual(["2", "2", "2", "2"]);
    expect((await send(receiver, "/audit")).status).toBe(200);
  });

  test("a disk that is nearly full: 503 with when to try again, and not ready", async () => {
    let low = true;
    const receiver = await start({ isDiskLow: () => low });
    const { status, headers } = await send(receiver, "/audit");
    expect([status, headers["retry-after"]]).toEqual([503, "30"]);
    expect((await send(receiver, "/readyz", { method: "GET" })).status).toBe(503);
    low = false;
    expect((await send(receiver, "/audit")).status).toBe(200);
    expect((await send(receiver, "/readyz", { method: "GET" })).status).toBe(200);
  });

  test("abuse case 25: a head or a body that drips is cut off, and others are served meanwhile", async () => {
    const limits = { ...defaultReceiveLimits, maxHeadMs: 300, maxBodyMs: 300 };
    const log = memoryLog();
    const receiver = await start({ limits, log });
    const starts = [
      "POST /audit HTTP/1.1\r\nHost: x\r\n",
      `POST /audit HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{`,
      "\u0016\u0003\u0001 no HTTP at all",
    ];
    const sockets = starts.map((head) => {
      const socket = connect(receiver.address.port, "127.0.0.1");
      socket.on("error", () => undefined);
      socket.write(head);
      return new Promise<void>((resolve) => socket.on("close", () => resolve()).resume());
    });
    expect((await send(receiver, "/audit")).status).toBe(200);
    // Node looks for late requests every 30 seconds unless told otherwise.
    await Promise.race([Promise.all(sockets), wait(5000).then(() => Promise.reject(new Error("still open")))]);
    expect(log.kept).toHaveLength(1);
  });
});

describe("health and metrics", () => {
  test("abuse case 23: they name nobody, and no version", async () => {
    const receiver = await start({ metrics: true });
    await send(receiver, "/audit/cp-secret");
    await send(receiver, "/audit", { headers: { authorization: "" } });
    const health = await send(receiver, "/healthz", { method: "GET" });
    expect([health.status, health.text]).toEqual([200, "ok\n"]);
    expect(health.headers).not.toHaveProperty("server");
    expect(health.headers).not.toHaveProperty("x-powered-by");
    const { text } = await send(receiver, "/metrics", { method: "GET" });
    expect(text).toContain('kaudit_receive_requests_total{code="200"} 1\n');
    expect(text).toContain('kaudit_receive_requests_total{code="401"} 1\n');
    expect(text).toContain("kaudit_receive_events_total 2\n");
    expect(text).toContain("kaudit_receive_in_flight_bytes 0\n");
    expect(text).not.toMatch(/alice|team-a|cp-secret|c1|one/);
  });
});

describe("the end", () => {
  test("batches that were begun are answered, new ones are told to come again", async () => {
    const receiver = await start({ log: memoryLog(() => wait(300)) });
    const begun = send(receiver, "/audit");
    await wait(100);
    const stopped = receiver.stop();
    await expect(send(receiver, "/audit")).rejects.toThrow();
    expect((await begun).status).toBe(200);
    await stopped;
    running = null;
  });
});

describe("TLS", () => {
  let folder: string;
  let authority: MadeCertificate;
  let server: MadeCertificate;
  let client: MadeCertificate;
  let stranger: MadeCertificate;
  let other: MadeCertificate;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "kaudit-tls-test-"));
    authority = await makeAuthority(folder, "ca");
    const another = await makeAuthority(folder, "other-ca");
    [server, client, other, stranger] = await Promise.all([
      makeCertificate(folder, "server", authority),
      makeCertificate(folder, "kube-apiserver", authority),
      makeCertificate(folder, "somebody", authority),
      makeCertificate(folder, "kube-apiserver-2", another),
    ]);
  });

  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  async function startSecure(log: IncomingLog): Promise<Receiver> {
    return start({
      log,
      clients: [
        {
          name: "apiserver",
          cluster: "c1",
          instance: null,
          credential: { kind: "certificate", commonName: "kube-apiserver", fingerprint: null },
        },
      ],
      certificates: {
        certificate: await text(server.certificate),
        key: await text(server.key),
        clientCa: await text(authority.certificate),
      },
    });
  }

  async function tlsOf(made: MadeCertificate | null): Promise<{ ca: string; cert?: string; key?: string }> {
    const ca = await text(authority.certificate);
    return made === null ? { ca } : { ca, cert: await text(made.certificate), key: await text(made.key) };
  }

  test("abuse case 1: only the certificate that was named is taken; nothing is kept of the others", async () => {
    const log = memoryLog();
    const receiver = await startSecure(log);
    expect((await send(receiver, "/audit", { tls: await tlsOf(client) })).status).toBe(200);
    for (const made of [null, other, stranger]) {
      const answer = await send(receiver, "/audit", { tls: await tlsOf(made) }).catch(() => null);
      expect(answer === null || answer.status === 401, String(made?.certificate)).toBe(true);
    }
    // In the clear: no answer at all.
    await expect(send(receiver, "/audit")).rejects.toThrow();
    expect(log.kept).toHaveLength(1);
  });

  test("a new certificate is used for new connections", async () => {
    const receiver = await startSecure(memoryLog());
    const renewedCa = await makeAuthority(folder, "renewed-ca");
    const renewed = await makeCertificate(folder, "renewed", renewedCa);
    receiver.useCertificates({
      certificate: await text(renewed.certificate),
      key: await text(renewed.key),
      clientCa: await text(authority.certificate),
    });
    const tls = { ...(await tlsOf(client)), ca: await text(renewedCa.certificate) };
    expect((await send(receiver, "/audit", { tls })).status).toBe(200);
    await expect(send(receiver, "/audit", { tls: await tlsOf(client) })).rejects.toThrow();
  });
});
