import type { PackManifest } from "../pack/manifest.js";

/** What a failure is about. A word never changes its meaning. */
export type PackFailureCode =
  /** The manifest, the sums or the bundle name a file that is not there. */
  | "missing"
  /** Its bytes are not those that were written. */
  | "changed"
  /** It is in the folder, but nobody vouches for it. */
  | "not-listed"
  /** A name or a kind of file that a pack never has: `..`, an absolute path, a link, two names that differ in case. */
  | "refused"
  /** It is not what it should be: no JSON, not a manifest, not an envelope. */
  | "malformed"
  /** Two places of the pack that must say the same do not. */
  | "differs"
  /** Numbers that must add up do not. */
  | "does-not-tie"
  /** A key was given and the pack is not signed. */
  | "not-signed"
  /** It is signed, and no key was given to hold it against. */
  | "unknown-key"
  /** It was signed by another key than the one that was given. */
  | "wrong-key"
  /** The signature does not belong to this content. */
  | "signature-invalid"
  /** There is a time stamp, and no certificate of an authority was given to hold it against. */
  | "unknown-authority"
  /** The time stamp is not one of this manifest by the given authority. */
  | "timestamp-invalid"
  /** The pack that was given as the previous one is another. */
  | "chain-broken"
  /** Made again from the inputs, it comes out otherwise. */
  | "not-reproduced";

/** One thing that is wrong with a pack. */
export interface PackFailure {
  /** The file inside the pack, visible text; the pack's own name where it is about the whole. */
  readonly file: string;
  readonly code: PackFailureCode;
  /** A sentence for a person. */
  readonly reason: string;
}

/** Whose the pack is, as far as was found out. */
export type SignatureState = "unsigned" | "verified" | "unknown-key" | "invalid";

/** A pack that says it comes after this one. */
export interface Successor {
  /** The folder's name, beside the pack; visible text. */
  readonly name: string;
  /** SHA-256 of its manifest. */
  readonly packId: string;
  readonly finishedAt: string;
}

/** What was found out about a pack. It is whole when there are no failures. */
export interface PackVerification {
  /** The folder, absolute. */
  readonly pack: string;
  /** SHA-256 of `manifest.json`; null where there is none. */
  readonly packId: string | null;
  /** What the manifest says; null where it cannot be read. */
  readonly manifest: PackManifest | null;
  readonly files: number;
  readonly bytes: number;
  readonly signature: {
    readonly state: SignatureState;
    /** Of the given key when it was verified, else the one that the pack itself claims. */
    readonly keyFingerprint: string | null;
  };
  /** `not-given`: it names one, and none was given to compare. */
  readonly previous: {
    readonly state: "none" | "not-given" | "verified" | "broken";
    readonly sha256: string | null;
  };
  /** Whole days since the run ended; null where the manifest or its time cannot be read. */
  readonly ageDays: number | null;
  /** Packs beside this one that name it as their previous one: this is not the latest. */
  readonly successors: readonly Successor[];
  readonly failures: readonly PackFailure[];
}
