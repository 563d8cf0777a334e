/** What a pack is, as far as two are compared. Texts are those of the pack and have to be made visible where they are shown. */
export interface PackIdentity {
  /** SHA-256 of `manifest.json`. */
  readonly packId: string;
  readonly evidenceId: string;
  readonly period: string;
  readonly cluster: string;
  readonly finishedAt: string;
}

/** A value that is not the same in both packs; null where a pack does not have it. */
export interface Change<Value> {
  readonly name: string;
  readonly before: Value | null;
  readonly after: Value | null;
}

/** A control whose status changed; null where a pack does not report on it. */
export interface ControlChange {
  readonly framework: string;
  readonly control: string;
  readonly title: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** Who is new in a register and who is gone from it. */
export interface ActorChange {
  readonly register: string;
  readonly added: readonly string[];
  readonly gone: readonly string[];
  /** A list of actors was capped, so that somebody may seem new or gone who is not. */
  readonly capped: boolean;
}

/** An exception as it is told in a comparison. */
export interface ComparedException {
  readonly id: string;
  readonly title: string;
  readonly severity: string;
  readonly count: number;
}

/** What changed between two packs: between two periods, or between two runs of one. */
export interface PackDiff {
  readonly before: PackIdentity;
  readonly after: PackIdentity;
  /** Both hold the same evidence, byte for byte. */
  readonly sameEvidence: boolean;
  /** Whether the later one names the earlier one as its previous pack. */
  readonly chained: boolean;
  /** Period, cluster, versions of the tool and of rule sets, the policy, options. */
  readonly settings: readonly Change<string>[];
  readonly inputs: {
    readonly added: readonly string[];
    readonly gone: readonly string[];
    /** The same name with other bytes. */
    readonly changed: readonly string[];
  };
  readonly totals: readonly Change<number>[];
  /** Numbers of rows. */
  readonly registers: readonly Change<number>[];
  readonly actors: readonly ActorChange[];
  readonly controls: readonly ControlChange[];
  /** By id; null where not both packs hold exceptions. */
  readonly exceptions: {
    /** Only in the later pack. */
    readonly added: readonly ComparedException[];
    /** Only in the earlier pack. */
    readonly gone: readonly ComparedException[];
    /** Open before, closed now. */
    readonly closed: readonly ComparedException[];
    /** Closed before, open now. */
    readonly reopened: readonly ComparedException[];
  } | null;
}
