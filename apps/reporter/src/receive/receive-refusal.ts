/**
 * A request that is not taken. kube-apiserver sends the same body five times whatever the error, then drops it; its client
 * repeats 429 and 5xx that carry `Retry-After` ten times more for each of these. So what may succeed later is told with a
 * time to wait, and what never will without.
 */
export class ReceiveRefusal extends Error {
  /** The HTTP status. */
  readonly status: RefusalStatus;
  /** Seconds after which the same request may be taken; null for never. */
  readonly retryAfter: number | null;

  /** `reason` is one line for the sender's log; it holds nothing of the body. */
  constructor(status: RefusalStatus, reason: string, retryAfter: number | null = null) {
    super(reason);
    this.name = "ReceiveRefusal";
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

type RefusalStatus = 400 | 401 | 403 | 404 | 405 | 408 | 413 | 415 | 429 | 503;
