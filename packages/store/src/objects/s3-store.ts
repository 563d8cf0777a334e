import type * as S3 from "@aws-sdk/client-s3";
import type { ObjectStore } from "@kaudit/schema";
import type { S3ClientLike } from "@kaudit/stream";
import { StoreError } from "../errors.js";
import { checkedKey } from "./object-key.js";

/** Options of `createS3Store`. */
export interface S3StoreOptions {
  /** What stands before every key, as `prod/`. Default: nothing. */
  readonly prefix?: string;
  /**
   * A client of `@aws-sdk/client-s3` of your own. Default: one with region, endpoint and credentials from the SDK's own
   * chain; where `AWS_ENDPOINT_URL_S3` or `AWS_ENDPOINT_URL` is set it puts the bucket into the path.
   */
  readonly client?: S3ClientLike;
}

type Sdk = typeof S3;

interface Page {
  readonly Contents?: readonly { readonly Key?: string; readonly Size?: number }[];
  readonly IsTruncated?: boolean;
  readonly NextContinuationToken?: string;
}

/**
 * Gives a bucket of S3, or of a server that speaks its protocol, as an ObjectStore. `putIfAbsent` is a PutObject with
 * `If-None-Match: *`: the server must heed it (S3, MinIO, Ceph, R2 do), or two writers would overwrite each other; that
 * is tried once, before the first object is written. Needs the package `@aws-sdk/client-s3` and the permissions
 * `s3:GetObject`, `s3:PutObject`, `s3:ListBucket`, and `s3:DeleteObject` for compaction and purge.
 *
 * Its calls throw StoreError `KAUDIT_STORE_PACKAGE_MISSING`, `KAUDIT_STORE_KEY_INVALID`, `KAUDIT_STORE_UNREADABLE` and
 * `KAUDIT_STORE_UNWRITABLE`.
 */
export function createS3Store(bucket: string, options: S3StoreOptions = {}): ObjectStore {
  const { prefix = "" } = options;
  const address = `s3://${bucket}/${prefix}`;
  let connection: Promise<{ sdk: Sdk; client: S3ClientLike }> | undefined;
  let tried: Promise<void> | undefined;

  async function send<Output>(command: (sdk: Sdk) => unknown): Promise<Output> {
    const { sdk, client } = await (connection ??= connect(address, options.client));
    return (await client.send(command(sdk))) as Output;
  }

  /** Gives whether the object was written. A conflict that S3 says will pass (409) is tried again. */
  async function put(key: string, body: Uint8Array): Promise<boolean> {
    for (let attempt = 1; ; attempt++) {
      try {
        await send(
          ({ PutObjectCommand }) =>
            new PutObjectCommand({ Bucket: bucket, Key: prefix + key, Body: body, IfNoneMatch: "*" }),
        );
        return true;
      } catch (error) {
        if (statusOf(error) === 412) return false;
        if (statusOf(error) !== 409 || attempt === 5) throw failure("KAUDIT_STORE_UNWRITABLE", address + key, error);
      }
    }
  }

  /** Throws unless the server refuses to overwrite: `store.json`, or a first object, is written twice. */
  async function tryCondition(): Promise<void> {
    const probe = new TextEncoder().encode("kaudit writes this object twice, to see that the second time is refused\n");
    const key = "store.probe";
    await put(key, probe);
    if (!(await put(key, probe))) return;
    throw new StoreError(
      "KAUDIT_STORE_UNWRITABLE",
      `${address}: the server takes no notice of If-None-Match, so that two runs would overwrite each other; use a server that does`,
      { details: { path: address } },
    );
  }

  return {
    async putIfAbsent(key, content) {
      checkedKey(key);
      await (tried ??= tryCondition());
      return put(key, content);
    },
    async get(key) {
      checkedKey(key);
      try {
        const output = await send<{ Body: { transformToByteArray(): Promise<Uint8Array> } }>(
          ({ GetObjectCommand }) => new GetObjectCommand({ Bucket: bucket, Key: prefix + key }),
        );
        return await output.Body.transformToByteArray();
      } catch (error) {
        if (nameOf(error) === "NoSuchKey" || (statusOf(error) === 404 && nameOf(error) !== "NoSuchBucket")) return null;
        throw failure("KAUDIT_STORE_UNREADABLE", address + key, error);
      }
    },
    async *list(wanted) {
      let token: string | undefined;
      do {
        const page: Page = await send<Page>(
          ({ ListObjectsV2Command }) =>
            new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix + wanted, ContinuationToken: token }),
        ).catch((error: unknown) => {
          throw failure("KAUDIT_STORE_UNREADABLE", address + wanted, error);
        });
        for (const { Key = "", Size = 0 } of page.Contents ?? []) {
          const key = Key.slice(prefix.length);
          if (key !== "store.probe") yield { key, bytes: Size };
        }
        token = page.IsTruncated === true ? page.NextContinuationToken : undefined;
      } while (token !== undefined);
    },
    async delete(key) {
      checkedKey(key);
      try {
        await send(({ HeadObjectCommand }) => new HeadObjectCommand({ Bucket: bucket, Key: prefix + key }));
      } catch (error) {
        if (statusOf(error) === 404) return false;
        throw failure("KAUDIT_STORE_UNREADABLE", address + key, error);
      }
      try {
        await send(({ DeleteObjectCommand }) => new DeleteObjectCommand({ Bucket: bucket, Key: prefix + key }));
        return true;
      } catch (error) {
        throw failure("KAUDIT_STORE_UNWRITABLE", address + key, error);
      }
    },
  };
}

function statusOf(error: unknown): number | undefined {
  return (error as { $metadata?: { httpStatusCode?: number } } | null)?.$metadata?.httpStatusCode;
}

function nameOf(error: unknown): string {
  const { name } = (error ?? {}) as { name?: unknown };
  return typeof name === "string" && /^\w{1,64}$/.test(name) ? name : "unknown error";
}

/** The server's own words are not shown, only its code. */
function failure(code: "KAUDIT_STORE_UNREADABLE" | "KAUDIT_STORE_UNWRITABLE", path: string, cause: unknown): unknown {
  if (cause instanceof StoreError) return cause;
  const what = code === "KAUDIT_STORE_UNREADABLE" ? "read" : "written";
  return new StoreError(code, `${path}: cannot be ${what} (${nameOf(cause)}); check bucket, rights and endpoint`, {
    details: { path, system: nameOf(cause) },
    cause,
  });
}

async function connect(address: string, client: S3ClientLike | undefined): Promise<{ sdk: Sdk; client: S3ClientLike }> {
  const sdk = await import("@aws-sdk/client-s3").catch((cause: unknown) => {
    throw new StoreError(
      "KAUDIT_STORE_PACKAGE_MISSING",
      `${address}: a store in S3 needs the package @aws-sdk/client-s3. Install it: npm install @aws-sdk/client-s3`,
      { details: { path: address, package: "@aws-sdk/client-s3" }, cause },
    );
  });
  if (client !== undefined) return { sdk, client };
  const hasOwnEndpoint = Boolean(process.env["AWS_ENDPOINT_URL_S3"] ?? process.env["AWS_ENDPOINT_URL"]);
  return { sdk, client: new sdk.S3Client({ followRegionRedirects: true, forcePathStyle: hasOwnEndpoint }) };
}
