import type { IncomingMessage } from "node:http";
import type { ByteBudget } from "./byte-budget.js";
import { ReceiveRefusal } from "./receive-refusal.js";

/** What bounds the reading of one body. */
export interface BodyLimits {
  /** Bytes of one body. */
  readonly maxBytes: number;
  /** Milliseconds from the first look at the request until the body must be whole. */
  readonly maxMs: number;
}

/** A body, and the room it takes until it is given back. */
export interface RequestBody {
  readonly bytes: Buffer;
  release(): void;
}

/**
 * Reads a request's body within limits. Throws refusals: 413 for one that is too large (before reading, where its length is
 * announced), 429 when the bodies that are read together would take too much memory, 408 for one that comes too slowly,
 * 400 for one that breaks off. Nothing is held after a throw.
 */
export async function readRequestBody(
  request: IncomingMessage,
  { maxBytes, maxMs }: BodyLimits,
  budget: ByteBudget,
): Promise<RequestBody> {
  const announced = Number(request.headers["content-length"] ?? 0);
  if (announced > maxBytes) throw tooLarge(maxBytes);
  let held = 0;
  const hold = (bytes: number): void => {
    if (bytes <= held) return;
    if (!budget.take(bytes - held)) {
      throw new ReceiveRefusal(429, "too many bodies are being read; the same request may be sent again", 2);
    }
    held = bytes;
  };
  const release = (): void => {
    budget.giveBack(held);
    held = 0;
  };
  try {
    hold(announced);
    const bytes = await collectBytes(request, maxMs, (length) => {
      if (length > maxBytes) throw tooLarge(maxBytes);
      hold(length);
    });
    return { bytes, release };
  } catch (error) {
    release();
    throw error;
  }
}

/** The request itself is left as it is after a refusal: it must still be answered. */
function collectBytes(request: IncomingMessage, maxMs: number, onLength: (length: number) => void): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const end = (error: unknown): void => {
      clearTimeout(timer);
      request.off("data", take);
      request.off("end", done);
      request.off("close", broken);
      if (error === null) resolve(Buffer.concat(chunks, length));
      else reject(error as Error);
    };
    const take = (chunk: Buffer): void => {
      length += chunk.length;
      chunks.push(chunk);
      try {
        onLength(length);
      } catch (error) {
        end(error);
      }
    };
    const done = (): void => end(null);
    const broken = (): void => end(new ReceiveRefusal(400, "the body broke off"));
    const timer = setTimeout(
      () => end(new ReceiveRefusal(408, `the body did not come within ${maxMs / 1000} s`)),
      maxMs,
    );
    request.on("data", take);
    request.on("end", done);
    request.on("close", broken);
  });
}

function tooLarge(maxBytes: number): ReceiveRefusal {
  return new ReceiveRefusal(
    413,
    `the body is larger than ${maxBytes} bytes; raise --max-body, or lower --audit-webhook-batch-max-size`,
  );
}
