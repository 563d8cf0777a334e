import type * as S3 from "@aws-sdk/client-s3";
import { StreamError } from "../errors.js";
import type { StreamErrorCode } from "../errors.js";
import type { ListedObject, ObjectCall, ObjectReader } from "./object-reader.js";
import { s3Failure } from "./s3-failure.js";

/** A client of `@aws-sdk/client-s3`, as far as it is used here. */
export interface S3ClientLike {
  // oxlint-disable-next-line typescript/no-explicit-any -- the commands' types come with the client's own version
  send(command: any, options?: { abortSignal?: AbortSignal }): Promise<any>;
}

/** Options of `s3Bucket`. */
export interface S3BucketOptions {
  /**
   * A client of `@aws-sdk/client-s3` of your own. Default: one with region, endpoint and credentials from the SDK's own
   * chain (environment, profile, web identity, instance role). Where `AWS_ENDPOINT_URL_S3` or `AWS_ENDPOINT_URL` is set
   * it puts the bucket into the path, as other S3 servers want it.
   */
  readonly client?: S3ClientLike;
}

type Sdk = typeof S3;

interface Connection {
  readonly sdk: Sdk;
  readonly client: S3ClientLike;
}

/**
 * Gives a bucket of S3, or of a server that speaks its protocol, for reading: `{ store: s3Bucket("logs"), path: "prod/" }`
 * is an input, the same as `"s3://logs/prod/"`. Needs the package `@aws-sdk/client-s3`, which is loaded at the first call,
 * and the permissions `s3:GetObject` and, but for a single key, `s3:ListBucket`.
 *
 * Its calls throw StreamError `KAUDIT_STREAM_PACKAGE_MISSING` when that package is not installed, and
 * `KAUDIT_STREAM_INPUT_MISSING`, `KAUDIT_STREAM_INPUT_UNREADABLE` and `KAUDIT_STREAM_INPUT_CHANGED` as every store does.
 */
export function s3Bucket(bucket: string, options: S3BucketOptions = {}): ObjectReader {
  const address = `s3://${bucket}`;
  let connection: Promise<Connection> | undefined;

  /** Sends a command; its failure, where it will not pass, as a StreamError. */
  async function send<Output>(
    command: (sdk: Sdk) => unknown,
    key: string,
    { signal }: ObjectCall = {},
  ): Promise<Output> {
    const { sdk, client } = await (connection ??= connect(address, options.client));
    try {
      return (await client.send(command(sdk), signal === undefined ? {} : { abortSignal: signal })) as Output;
    } catch (cause) {
      throw s3Failure(`${address}/${key}`, cause);
    }
  }

  return {
    address,
    async find(key, call) {
      try {
        const head = await send<{ ContentLength?: number; ETag?: string }>(
          ({ HeadObjectCommand }) => new HeadObjectCommand({ Bucket: bucket, Key: key }),
          key,
          call,
        );
        return listed(key, head.ContentLength, head.ETag);
      } catch (error) {
        if (error instanceof StreamError && error.code === "KAUDIT_STREAM_INPUT_MISSING") return undefined;
        throw error;
      }
    },
    async *list(prefix, call) {
      let token: string | undefined;
      do {
        const page = await send<ListPage>(
          ({ ListObjectsV2Command }) =>
            new ListObjectsV2Command({
              Bucket: bucket,
              Prefix: prefix,
              EncodingType: "url",
              ContinuationToken: token,
            }),
          prefix,
          call,
        );
        const isEncoded = page.EncodingType === "url";
        for (const { Key = "", Size, ETag } of page.Contents ?? [])
          yield listed(isEncoded ? decodedKey(Key) : Key, Size, ETag);
        token = page.IsTruncated === true ? page.NextContinuationToken : undefined;
      } while (token !== undefined);
    },
    async open({ key, etag }, start, call) {
      const output = await send<ObjectAnswer>(
        ({ GetObjectCommand }) =>
          new GetObjectCommand({
            Bucket: bucket,
            Key: key,
            ...(etag === undefined ? {} : { IfMatch: etag }),
            ...(start === 0 ? {} : { Range: `bytes=${start}-` }),
          }),
        key,
        call,
      );
      const refuse = (code: StreamErrorCode, why: string): StreamError => {
        output.Body.destroy?.();
        const path = `${address}/${key}`;
        return new StreamError(code, `${path}: ${why}`, { details: { path } });
      };
      // Not every server that speaks the protocol heeds the two conditions.
      if (etag !== undefined && output.ETag !== undefined && output.ETag !== etag)
        throw refuse("KAUDIT_STREAM_INPUT_CHANGED", "is no longer the object that was listed. Run again.");
      if (start > 0 && output.ContentRange?.startsWith(`bytes ${start}-`) !== true)
        throw refuse(
          "KAUDIT_STREAM_INPUT_UNREADABLE",
          "the connection broke, and the server cannot go on where it did.",
        );
      return output.Body;
    },
  };
}

interface ObjectAnswer {
  readonly Body: AsyncIterable<Uint8Array> & { destroy?(): void };
  readonly ETag?: string;
  readonly ContentRange?: string;
}

interface ListPage {
  readonly Contents?: readonly { readonly Key?: string; readonly Size?: number; readonly ETag?: string }[];
  readonly EncodingType?: string;
  readonly IsTruncated?: boolean;
  readonly NextContinuationToken?: string;
}

function listed(key: string, bytes: number | undefined, etag: string | undefined): ListedObject {
  return { key, bytes: bytes ?? 0, ...(etag === undefined ? {} : { etag }) };
}

/** Keys come encoded, because XML cannot hold every character that a key can. */
function decodedKey(key: string): string {
  try {
    return decodeURIComponent(key.replaceAll("+", " "));
  } catch {
    return key;
  }
}

async function connect(address: string, client: S3ClientLike | undefined): Promise<Connection> {
  const sdk = await import("@aws-sdk/client-s3").catch((cause: unknown) => {
    throw new StreamError(
      "KAUDIT_STREAM_PACKAGE_MISSING",
      `${address}: reading from S3 needs the package @aws-sdk/client-s3. Install it: npm install @aws-sdk/client-s3`,
      { details: { path: address, package: "@aws-sdk/client-s3" }, cause },
    );
  });
  if (client !== undefined) return { sdk, client };
  const hasOwnEndpoint = Boolean(process.env["AWS_ENDPOINT_URL_S3"] ?? process.env["AWS_ENDPOINT_URL"]);
  return { sdk, client: new sdk.S3Client({ followRegionRedirects: true, forcePathStyle: hasOwnEndpoint }) };
}
