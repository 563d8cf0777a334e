import type { AuditEvent, EventProvenance, RequestAttributes } from "@kaudit/schema";
import { resourceKey } from "./resource-key.js";

/** One of the largest events: where it is, and what it is. */
export interface LargeEvent {
  readonly file: string;
  readonly byteOffset: number;
  /** Which one it is, where several lie in one record. */
  readonly item?: number;
  /** As kube-apiserver would write it on a line of its own. */
  readonly bytes: number;
  readonly level: string;
  readonly stage: string;
  readonly verb: string;
  /** `pods/exec`, `deployments.apps`, or the path of a request for no resource. */
  readonly resource: string;
}

const longestText = 200;

/** Keeps the largest events. Holds no more than `count` of them. */
export class LargestEvents {
  readonly #count: number;
  /** The largest first. */
  #largest: LargeEvent[] = [];

  constructor(count: number) {
    this.#count = count;
  }

  add(event: AuditEvent, attributes: RequestAttributes, provenance: EventProvenance, bytes: number): void {
    const smallest = this.#largest.at(-1);
    if (this.#largest.length >= this.#count && smallest !== undefined && bytes <= smallest.bytes) return;
    const { file, byteOffset, item } = provenance;
    const found: LargeEvent = {
      file,
      byteOffset,
      ...(item === undefined ? {} : { item }),
      bytes,
      level: event.level.slice(0, longestText),
      stage: event.stage.slice(0, longestText),
      verb: event.verb.slice(0, longestText),
      resource: resourceKey(attributes).slice(0, longestText),
    };
    const at = this.#largest.findIndex((one) => one.bytes < bytes);
    this.#largest.splice(at === -1 ? this.#largest.length : at, 0, found);
    this.#largest = this.#largest.slice(0, this.#count);
  }

  result(): readonly LargeEvent[] {
    return this.#largest;
  }
}
