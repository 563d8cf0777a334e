/** A place in the text of a policy: line and column, both from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/**
 * A value of the policy text before it is read as a Policy: what YAML and JSON have in common, with its place.
 *
 * The value of a YAML alias is the very object of its anchor, so a text full of aliases takes no more memory than
 * it has nodes.
 */
export type PolicyValue =
  | (Position & { readonly kind: "null" })
  | (Position & { readonly kind: "bool"; readonly value: boolean })
  | (Position & { readonly kind: "number"; readonly text: string })
  | (Position & { readonly kind: "string"; readonly value: string })
  | (Position & { readonly kind: "list"; readonly items: readonly PolicyValue[] })
  | (Position & { readonly kind: "map"; readonly fields: readonly PolicyField[] });

/** One key of a map with its value. The place is that of the key. */
export interface PolicyField extends Position {
  readonly key: string;
  readonly value: PolicyValue;
}

/** A key that a YAML map sets a second time. The place is that of the key. */
export interface DuplicateKey extends Position {
  readonly key: string;
  /** How yaml.v2 words it. */
  readonly apiServerMessage: string;
}

/** A policy text as a tree. JSON keeps its duplicate keys as fields; those of YAML are resolved and listed. */
export interface PolicyTree {
  readonly root: PolicyValue;
  readonly duplicates: readonly DuplicateKey[];
}

/** Deeper texts are refused: a policy is 6 levels deep, and kube-apiserver itself stops at 10,000. */
export const maxDepth = 1000;

/** The name Go's JSON decoder has for a value in its errors. */
export function goValueName(value: PolicyValue): string {
  switch (value.kind) {
    case "list":
      return "array";
    case "map":
      return "object";
    default:
      return value.kind;
  }
}
