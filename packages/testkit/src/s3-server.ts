import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as wait } from "node:timers/promises";

/** How the server answers one request for an object, where not as a good server does. */
export interface S3Mishap {
  /** Closes the connection after so many bytes of the body. */
  readonly breakAfter?: number;
  /** Sends so many bytes of the body, then nothing more. */
  readonly stallAfter?: number;
  /** Sends the body in pieces of this size, with a pause between them. */
  readonly slowPieceBytes?: number;
  /** Refuses with this status and code. */
  readonly refuse?: readonly [status: number, code: string];
  /** Takes no notice of these headers. */
  readonly ignores?: readonly ("range" | "if-match")[];
}

/** One request as the server saw it. */
export interface S3Request {
  readonly method: string;
  /** Path and query, decoded. */
  readonly target: string;
  readonly range: string | undefined;
  readonly ifMatch: string | undefined;
}

/** A server that speaks as much of the S3 protocol as reading and a store need, on this machine, over objects in memory. */
export interface S3Server {
  /** Buckets by name, their objects by key. Can be changed at any time. */
  readonly buckets: Map<string, Map<string, Uint8Array>>;
  readonly requests: S3Request[];
  /** What happens at the next requests for an object's content, in turn. */
  readonly mishaps: S3Mishap[];
  /** The environment that leads the AWS SDK here. */
  readonly environment: Readonly<Record<string, string>>;
  /** How many requests are being answered. */
  readonly open: number;
  close(): Promise<void>;
}

/**
 * Starts an S3 server: ListObjectsV2 (in pages of `pageSize`), HeadObject, GetObject with Range and If-Match, DeleteObject,
 * and PutObject, which heeds `If-None-Match: *` unless `overwrites`; all of them only with a signature. The bucket
 * `forbidden` refuses everybody.
 */
export async function startS3Server({ pageSize = 1000, overwrites = false } = {}): Promise<S3Server> {
  const buckets = new Map<string, Map<string, Uint8Array>>();
  const requests: S3Request[] = [];
  const mishaps: S3Mishap[] = [];
  let open = 0;

  const server = createServer((request, response) => {
    open++;
    response.on("close", () => open--);
    void answer(request, response);
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://localhost");
    const [, bucketName = "", ...rest] = decodeURIComponent(url.pathname).split("/");
    const key = rest.join("/");
    const { range, "if-match": ifMatch, authorization = "" } = request.headers;
    const query = decodeURIComponent(url.search.replace("?", ""));
    requests.push({ method: request.method ?? "", target: `${bucketName}/${key}?${query}`, range, ifMatch });
    const bucket = buckets.get(bucketName);
    const signed = /^AWS4-HMAC-SHA256 Credential=[^,]+, ?SignedHeaders=[^,]*host[^,]*, ?Signature=[0-9a-f]{64}$/;
    if (!signed.test(authorization) || bucketName === "forbidden") return refuse(response, 403, "AccessDenied");
    if (bucket === undefined) return refuse(response, 404, "NoSuchBucket");
    if (key === "") return list(response, bucket, url.searchParams);
    if (request.method === "PUT") return put(request, response, bucket, key);
    if (request.method === "DELETE") {
      bucket.delete(key);
      return void response.writeHead(204).end();
    }
    const content = bucket.get(key);
    const mishap = request.method === "GET" ? (mishaps.shift() ?? {}) : {};
    if (mishap.refuse !== undefined) return refuse(response, ...mishap.refuse);
    if (content === undefined) return refuse(response, 404, "NoSuchKey");
    const etag = etagOf(content);
    if (ifMatch !== undefined && ifMatch !== etag && mishap.ignores?.includes("if-match") !== true)
      return refuse(response, 412, "PreconditionFailed");
    const start = mishap.ignores?.includes("range") === true ? 0 : Number(/^bytes=(\d+)-$/.exec(range ?? "")?.[1] ?? 0);
    if (start > 0 && start >= content.length) return refuse(response, 416, "InvalidRange");
    const body = content.subarray(start);
    const contentRange = { "content-range": `bytes ${start}-${content.length - 1}/${content.length}` };
    response.writeHead(start > 0 ? 206 : 200, {
      etag,
      "content-length": body.length,
      ...(start > 0 ? contentRange : {}),
    });
    if (request.method === "HEAD") return void response.end();
    await sendBody(response, body, mishap);
  }

  async function put(
    request: IncomingMessage,
    response: ServerResponse,
    bucket: Map<string, Uint8Array>,
    key: string,
  ): Promise<void> {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const mayNotExist = request.headers["if-none-match"] === "*" && !overwrites;
    if (mayNotExist && bucket.has(key)) return refuse(response, 412, "PreconditionFailed");
    bucket.set(key, Buffer.concat(pieces));
    response.writeHead(200, { etag: etagOf(Buffer.concat(pieces)) }).end();
  }

  function list(response: ServerResponse, bucket: ReadonlyMap<string, Uint8Array>, query: URLSearchParams): void {
    const prefix = query.get("prefix") ?? "";
    const after = query.get("continuation-token") ?? "";
    const keys = [...bucket.keys()].filter((key) => key.startsWith(prefix) && key > after).toSorted();
    const page = keys.slice(0, pageSize);
    const isTruncated = keys.length > page.length;
    const isEncoded = query.get("encoding-type") === "url";
    const contents = page.map((key) => {
      const content = bucket.get(key) ?? new Uint8Array();
      const shown = isEncoded ? encodeURIComponent(key).replaceAll("%2F", "/").replaceAll("%20", "+") : xml(key);
      return `<Contents><Key>${shown}</Key><ETag>${xml(etagOf(content))}</ETag><Size>${content.length}</Size></Contents>`;
    });
    const token = `<NextContinuationToken>${xml(page.at(-1) ?? "")}</NextContinuationToken>`;
    sendXml(
      response,
      200,
      `<ListBucketResult><IsTruncated>${isTruncated}</IsTruncated>${isTruncated ? token : ""}${
        isEncoded ? "<EncodingType>url</EncodingType>" : ""
      }${contents.join("")}</ListBucketResult>`,
    );
  }

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    buckets,
    requests,
    mishaps,
    environment: {
      AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      AWS_REGION: "eu-central-1",
      AWS_ACCESS_KEY_ID: "an-access-key",
      AWS_SECRET_ACCESS_KEY: "a-secret-key",
    },
    get open() {
      return open;
    },
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

async function sendBody(response: ServerResponse, body: Uint8Array, mishap: S3Mishap): Promise<void> {
  const { breakAfter, stallAfter, slowPieceBytes } = mishap;
  if (breakAfter !== undefined) response.write(body.subarray(0, breakAfter), () => response.destroy());
  else if (stallAfter !== undefined) response.write(body.subarray(0, stallAfter));
  else if (slowPieceBytes !== undefined) {
    for (let at = 0; at < body.length && !response.destroyed; at += slowPieceBytes) {
      response.write(body.subarray(at, at + slowPieceBytes));
      await wait(5);
    }
    response.end();
  } else response.end(body);
}

function etagOf(content: Uint8Array): string {
  return `"${createHash("md5").update(content).digest("hex")}"`;
}

function refuse(response: ServerResponse, status: number, code: string): void {
  sendXml(response, status, `<Error><Code>${code}</Code><Message>words of the server</Message></Error>`);
}

function sendXml(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { "content-type": "application/xml" });
  response.end(`<?xml version="1.0" encoding="UTF-8"?>${text}`);
}

function xml(text: string): string {
  return text.replace(/[<>&"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
