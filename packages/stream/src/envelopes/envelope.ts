import type { BlindSpot, EventOrigin, LogWriter, RejectionReason } from "@kaudit/schema";

/** What an envelope says about everything inside it. Facts of an inner envelope come before those of an outer one. */
export interface EnvelopeFacts {
  readonly origin?: EventOrigin;
  readonly cluster?: string;
  /** The API server that wrote what is inside. */
  readonly instance?: string;
  /** All that hold, of all envelopes together. */
  readonly blindSpots?: readonly BlindSpot[];
}

/**
 * One piece of a record that was cut into several. The first piece of a stream that is complete JSON, or whose `isLast`
 * holds, is a record of its own: no record that was cut is complete before its end.
 */
export interface RecordPiece {
  /** Pieces of one record have the same: `stdout`. */
  readonly stream: string;
  readonly isLast: boolean;
}

/** When and by which container something was logged, where what is around it tells. */
export interface LoggedBy {
  /** UTC with six decimals, as kube-apiserver writes times. That of an inner envelope is closer to the writing. */
  readonly time?: string;
  /** That of the outermost envelope counts: what lies inside, the writer itself may have written. */
  readonly writer?: LogWriter;
}

/** One thing that lies in an envelope. */
export type EnvelopeContent = LoggedBy & {
  /** What the envelope says about this thing only. */
  readonly facts?: EnvelopeFacts;
} & (
    | {
        /** Text as it was before it was put in: a line of a log, to be recognised anew. */
        readonly kind: "text";
        readonly text: string;
        /** The source says, or its limit on length shows, that the end is missing. */
        readonly cut?: true;
        /** The text is a piece of a record that was cut into several, or may be. */
        readonly piece?: RecordPiece;
      }
    /** A JSON value: an event, or one more envelope. */
    | { readonly kind: "value"; readonly value: unknown }
    /** A file of its own, perhaps compressed. */
    | { readonly kind: "bytes"; readonly bytes: Uint8Array }
    | {
        /** An event put together from another program's fields. */
        readonly kind: "event";
        readonly value: Record<string, unknown>;
        /** The fields that were derived, not recorded: paths as `objectRef.name`. */
        readonly reconstructed: readonly string[];
      }
    /** A record of another program, which was never an audit event: `klog`, `rancher-api-audit`, … */
    | { readonly kind: "foreign"; readonly name: string }
    /** Was, or should hold, an audit event, and cannot be read. `detail` holds no value. */
    | { readonly kind: "rejected"; readonly reason: RejectionReason; readonly detail: string }
  );

/** An envelope that was recognised. */
export interface OpenedEnvelope {
  /** Its name as provenance has it: `cloudwatch-events`, `fluent-bit`, … */
  readonly envelope: string;
  readonly facts: EnvelopeFacts;
  /** What lies in it, in its order. Empty: it holds no record. */
  readonly contents: readonly EnvelopeContent[];
}

/**
 * Opens one kind of envelope. Gives undefined for every value that is not of its kind, whatever the value holds; never
 * throws. Opens one layer only: what lies inside may be an envelope again.
 */
export type EnvelopeReader = (value: Readonly<Record<string, unknown>>) => OpenedEnvelope | undefined;

/** A line of text that was recognised as something around a record. */
export interface OpenedLine extends LoggedBy {
  readonly envelope: string;
  readonly facts: EnvelopeFacts;
  /** Index in the line at which the record, or the piece of one, begins. */
  readonly start: number;
  /** The line holds a piece of a record that was cut into several lines. */
  readonly piece?: RecordPiece;
}

/** Recognises what stands before a record on its line by the line's first characters (at most 4,096, as Latin-1). */
export type LineReader = (head: string) => OpenedLine | undefined;
