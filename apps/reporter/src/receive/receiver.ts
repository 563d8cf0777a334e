import type { X509Certificate } from "node:crypto";
import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createHttpsServer, type Server as HttpsServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { TLSSocket } from "node:tls";
import { byteBudget } from "./byte-budget.js";
import { checkBatch } from "./checked-batch.js";
import type { IncomingLog } from "./incoming-log.js";
import { clientRegistry, plainName, type ReceiveClient } from "./receive-client.js";
import { type ReceiveFigures, startFigures } from "./receive-figures.js";
import { ReceiveRefusal } from "./receive-refusal.js";
import { readRequestBody } from "./request-body.js";

/** What bounds a receiver, whatever its clients do. */
export interface ReceiveLimits {
  /** Bytes of one body. */
  readonly maxBodyBytes: number;
  /** Bytes of all bodies that are read or being made durable. */
  readonly maxBytesInFlight: number;
  readonly maxConnections: number;
  /** Milliseconds for a request's head, and for its body. */
  readonly maxHeadMs: number;
  readonly maxBodyMs: number;
}

/** The limits where nothing else is said: kube-apiserver's own batches are under 10 MiB where it truncates, and it waits 30 s. */
export const defaultReceiveLimits: ReceiveLimits = {
  maxBodyBytes: 64 * 1024 * 1024,
  maxBytesInFlight: 256 * 1024 * 1024,
  maxConnections: 1024,
  maxHeadMs: 10_000,
  maxBodyMs: 30_000,
};

/** PEM texts. */
export interface ReceiveCertificates {
  readonly certificate: string;
  readonly key: string;
  /** Signs the certificates of clients; null where they bring tokens only. */
  readonly clientCa: string | null;
}

/** How a receiver is made. */
export interface ReceiverOptions {
  readonly clients: readonly ReceiveClient[];
  /** Null: plain HTTP, for the loopback address. */
  readonly certificates: ReceiveCertificates | null;
  readonly log: IncomingLog;
  readonly limits: ReceiveLimits;
  /** The disk is too full to take more. */
  readonly isDiskLow: () => boolean;
  readonly now: () => Date;
  /** Whether `/metrics` answers. */
  readonly metrics: boolean;
  /** A line for the operator; it holds nothing of a body. */
  readonly note: (line: string) => void;
}

/** A receiver that listens. */
export interface Receiver {
  readonly address: AddressInfo;
  readonly figures: ReceiveFigures;
  /** Takes new certificates for connections from now on. Throws what node:tls throws for what is none; then the old ones stay. */
  useCertificates(certificates: ReceiveCertificates): void;
  /** Refuses new batches with 503, waits for those that were begun, and closes. */
  stop(): Promise<void>;
}

/** The path that takes batches; the API server's name may follow. */
const auditPath = /^\/audit(?:\/([^/]*))?\/?$/;

/** Node's HTTP client and Go's keep a connection 90 s and less: the server must not close it first. */
const keepAliveMs = 120_000;

/**
 * Starts the receiver of kube-apiserver's webhook backend. A batch is answered with 2xx only after it is durable. Rejects
 * with the error of the system when the address cannot be listened on, and with that of node:tls for bad certificates.
 */
export async function startReceiver(options: ReceiverOptions, port: number, host: string): Promise<Receiver> {
  const { certificates, limits } = options;
  const figures = startFigures();
  const handling = createHandling(options, figures);
  const checks = { connectionsCheckingInterval: Math.min(1000, limits.maxHeadMs) };
  const server =
    certificates === null
      ? createHttpServer(checks, handling.handle)
      : createHttpsServer(
          {
            ...checks,
            ...secureContextOf(certificates),
            requestCert: certificates.clientCa !== null,
            rejectUnauthorized: false,
          },
          handling.handle,
        );
  server.maxConnections = limits.maxConnections;
  server.headersTimeout = limits.maxHeadMs;
  server.requestTimeout = limits.maxHeadMs + limits.maxBodyMs;
  server.keepAliveTimeout = keepAliveMs;
  server.on("clientError", (_error, socket) => socket.destroy());
  await listen(server, port, host);
  return {
    address: server.address() as AddressInfo,
    figures,
    useCertificates(next) {
      (server as HttpsServer).setSecureContext(secureContextOf(next));
    },
    async stop() {
      handling.drain();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      await closed;
    },
  };
}

function secureContextOf({ certificate, key, clientCa }: ReceiveCertificates): {
  cert: string;
  key: string;
  minVersion: "TLSv1.2";
  ca?: string;
} {
  return { cert: certificate, key, minVersion: "TLSv1.2", ...(clientCa === null ? {} : { ca: clientCa }) };
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

interface Handling {
  handle(request: IncomingMessage, response: ServerResponse): void;
  drain(): void;
}

function createHandling(options: ReceiverOptions, figures: ReceiveFigures): Handling {
  const identify = clientRegistry(options.clients);
  const budget = byteBudget(options.limits.maxBytesInFlight);
  let draining = false;

  /** Who sends, and where it is kept; throws refusals before anything of the body is read. */
  function admit(request: IncomingMessage, path: string): { client: ReceiveClient; instance: string } {
    const named = auditPath.exec(path);
    if (named === null) throw new ReceiveRefusal(404, "batches go to /audit or /audit/<apiserver>");
    if (request.method !== "POST") throw new ReceiveRefusal(405, "batches are sent with POST");
    const client = identify({
      authorization: request.headers.authorization,
      certificate: certificateOf(request),
    });
    if (client === null) throw new ReceiveRefusal(401, "no known client certificate or bearer token");
    const instance = instanceOf(client, named[1] ?? "");
    if (draining) throw new ReceiveRefusal(503, "the receiver is shutting down", 5);
    if (options.isDiskLow()) throw new ReceiveRefusal(503, "the receiver's disk is nearly full", 30);
    const type = request.headers["content-type"]?.split(";")[0]?.trim().toLowerCase();
    if (type !== "application/json") throw new ReceiveRefusal(415, "batches are application/json");
    const encoding = request.headers["content-encoding"] ?? "identity";
    if (encoding !== "identity") throw new ReceiveRefusal(415, "batches are not compressed");
    return { client, instance };
  }

  async function receive(request: IncomingMessage, path: string): Promise<string> {
    const { client, instance } = admit(request, path);
    const receivedAt = options.now();
    const { maxBodyBytes, maxBodyMs } = options.limits;
    const body = await readRequestBody(request, { maxBytes: maxBodyBytes, maxMs: maxBodyMs }, budget);
    try {
      const { line, events, rejected } = checkBatch(body.bytes);
      await append({ cluster: client.cluster, instance, client: client.name }, receivedAt, line);
      figures.events += events;
      figures.rejected += rejected;
      figures.bytes += body.bytes.length;
      return `{"events":${events},"rejected":${rejected}}\n`;
    } finally {
      body.release();
    }
  }

  async function append(...[destination, receivedAt, line]: Parameters<IncomingLog["append"]>): Promise<void> {
    try {
      await options.log.append(destination, receivedAt, line);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? "unknown";
      options.note(`a batch of ${destination.client} could not be kept (${code}); it was not acknowledged`);
      throw new ReceiveRefusal(503, "the batch could not be kept", 15);
    }
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? "/").split("?")[0] ?? "/";
    try {
      if (path === "/healthz" || path === "/livez") return send(response, 200, "ok\n");
      if (path === "/readyz") return ready(response);
      if (path === "/metrics" && options.metrics) return send(response, 200, figures.text(budget.used));
      const text = await receive(request, path);
      figures.count(200);
      send(response, 200, text, "application/json");
    } catch (error) {
      const refusal = error instanceof ReceiveRefusal ? error : new ReceiveRefusal(503, "the receiver failed", 5);
      if (refusal !== error) options.note(`a defect of the receiver: ${(error as Error)?.name ?? "unknown"}`);
      figures.count(refusal.status);
      refuse(request, response, refusal);
    }
  }

  function ready(response: ServerResponse): void {
    if (draining) return send(response, 503, "shutting down\n");
    if (options.isDiskLow()) return send(response, 503, "disk nearly full\n");
    send(response, 200, "ok\n");
  }

  return {
    handle(request, response) {
      // A client that goes away ends its own request; the process goes on.
      request.on("error", () => undefined);
      response.on("error", () => undefined);
      void answer(request, response);
    },
    drain() {
      draining = true;
    },
  };
}

function instanceOf({ name, instance }: ReceiveClient, segment: string): string {
  if (segment === "") return instance ?? name;
  if (!plainName.test(segment))
    throw new ReceiveRefusal(404, "an API server's name has letters, digits, '.', '_', '-'");
  if (instance !== null && segment !== instance) {
    throw new ReceiveRefusal(403, "this client may not send events of another API server");
  }
  return segment;
}

function certificateOf({ socket }: IncomingMessage): X509Certificate | null {
  const secure = socket as Partial<TLSSocket>;
  return secure.authorized === true ? (secure.getPeerX509Certificate?.() ?? null) : null;
}

function send(response: ServerResponse, status: number, text: string, type = "text/plain; charset=utf-8"): void {
  response.writeHead(status, { "content-type": type, "content-length": Buffer.byteLength(text) });
  response.end(text);
}

/** How long a client that was refused may go on sending before the connection is cut: at once, it might not see why. */
const lingerMs = 1000;

/** The rest of a refused body is thrown away, and the connection ends with the answer. */
function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  { status, message, retryAfter }: ReceiveRefusal,
): void {
  if (response.destroyed || response.writableEnded) return;
  if (!request.complete) {
    response.setHeader("connection", "close");
    request.resume();
    const timer = setTimeout(() => request.destroy(), lingerMs);
    request.once("close", () => clearTimeout(timer));
  }
  if (status === 401) response.setHeader("www-authenticate", "Bearer");
  if (status === 405) response.setHeader("allow", "POST");
  if (retryAfter !== null) response.setHeader("retry-after", String(retryAfter));
  send(response, status, `${message}\n`);
}
