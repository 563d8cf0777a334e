import { createHash } from "node:crypto";
import { StoreError } from "../errors.js";

/** A hash of 32 bytes. */
export type TreeHash = Uint8Array;

/** Hash of a leaf (RFC 6962, section 2.1): SHA-256 of 0x00 and the leaf's bytes. */
export function leafHash(leaf: Uint8Array): TreeHash {
  return createHash("sha256").update(Uint8Array.of(0)).update(leaf).digest();
}

/** Hash of an inner node: SHA-256 of 0x01 and both children. */
function nodeHash(left: TreeHash, right: TreeHash): TreeHash {
  return createHash("sha256").update(Uint8Array.of(1)).update(left).update(right).digest();
}

/** The root of the tree over these leaf hashes; of none it is the SHA-256 of nothing. */
export function merkleRoot(leaves: readonly TreeHash[]): TreeHash {
  const frontier = new TreeFrontier();
  for (const leaf of leaves) frontier.add(leaf);
  return frontier.root();
}

/**
 * The right edge of a tree: what is needed to add leaves and to give the root, in 32 bytes for each bit of its size.
 */
export class TreeFrontier {
  /** Roots of the complete subtrees from left to right, the largest first: one for each bit that is set in the size. */
  readonly #subtrees: { readonly size: number; readonly hash: TreeHash }[] = [];

  /** Goes on from what {@link hashes} gave for a tree of this size. Throws StoreError `KAUDIT_STORE_DAMAGED`. */
  static of(size: number, hashes: readonly TreeHash[]): TreeFrontier {
    const frontier = new TreeFrontier();
    let rest = size;
    for (const hash of hashes) {
      const own = largestPower(rest);
      if (own === 0 || hash.length !== 32) throw frontierDamaged(size);
      frontier.#subtrees.push({ size: own, hash });
      rest -= own;
    }
    if (rest !== 0) throw frontierDamaged(size);
    return frontier;
  }

  get size(): number {
    return this.#subtrees.reduce((sum, { size }) => sum + size, 0);
  }

  get hashes(): readonly TreeHash[] {
    return this.#subtrees.map(({ hash }) => hash);
  }

  add(leaf: TreeHash): void {
    let added = { size: 1, hash: leaf };
    for (let last = this.#subtrees.at(-1); last?.size === added.size; last = this.#subtrees.at(-1)) {
      this.#subtrees.pop();
      added = { size: added.size * 2, hash: nodeHash(last.hash, added.hash) };
    }
    this.#subtrees.push(added);
  }

  root(): TreeHash {
    const [last, ...others] = this.#subtrees.toReversed();
    if (last === undefined) return createHash("sha256").digest();
    return others.reduce((right, { hash }) => nodeHash(hash, right), last.hash);
  }
}

/**
 * The hashes that prove that leaf `index` is in the tree over `leaves` (RFC 6962, 2.1.1), from the leaf upwards. Throws
 * StoreError `KAUDIT_STORE_PROOF_INVALID` when there is no such leaf.
 */
export function inclusionProof(leaves: readonly TreeHash[], index: number): readonly TreeHash[] {
  if (!isIndex(index) || index >= leaves.length)
    throw noProof(`there is no leaf ${index} in a tree of ${leaves.length} leaves`);
  if (leaves.length === 1) return [];
  const split = largestPowerBelow(leaves.length);
  return index < split
    ? [...inclusionProof(leaves.slice(0, split), index), merkleRoot(leaves.slice(split))]
    : [...inclusionProof(leaves.slice(split), index - split), merkleRoot(leaves.slice(0, split))];
}

/**
 * Tells whether `proof` shows that `leaf` is leaf `index` of the tree of `size` leaves with this root (RFC 9162, 2.1.3.2).
 * False for anything that cannot be: an index outside of the tree, too many or too few hashes.
 */
export function verifyInclusion(
  leaf: TreeHash,
  index: number,
  size: number,
  proof: readonly TreeHash[],
  root: TreeHash,
): boolean {
  if (!isIndex(index) || !isIndex(size) || index >= size || !areHashes([leaf, root, ...proof])) return false;
  let node = index;
  let last = size - 1;
  let hash = leaf;
  for (const sibling of proof) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      hash = nodeHash(sibling, hash);
      while (node % 2 === 0 && node !== 0) [node, last] = [half(node), half(last)];
    } else hash = nodeHash(hash, sibling);
    [node, last] = [half(node), half(last)];
  }
  return last === 0 && areEqual(hash, root);
}

/**
 * The hashes that prove that the tree over the first `size` leaves is the beginning of the tree over all of them
 * (RFC 6962, 2.1.2). Throws StoreError `KAUDIT_STORE_PROOF_INVALID` unless 0 < size ≤ number of leaves.
 */
export function consistencyProof(leaves: readonly TreeHash[], size: number): readonly TreeHash[] {
  if (!isIndex(size) || size < 1 || size > leaves.length)
    throw noProof(`a tree of ${leaves.length} leaves has no beginning of ${size} leaves that could be proved`);
  return subProof(leaves, size, true);
}

function subProof(leaves: readonly TreeHash[], size: number, isWhole: boolean): readonly TreeHash[] {
  if (size === leaves.length) return isWhole ? [] : [merkleRoot(leaves)];
  const split = largestPowerBelow(leaves.length);
  return size <= split
    ? [...subProof(leaves.slice(0, split), size, isWhole), merkleRoot(leaves.slice(split))]
    : [...subProof(leaves.slice(split), size - split, false), merkleRoot(leaves.slice(0, split))];
}

/**
 * Tells whether `proof` shows that the tree of `oldSize` leaves with `oldRoot` is the beginning of the tree of `size`
 * leaves with `root` (RFC 9162, 2.1.4.2). False for anything that cannot be: a size of 0, a beginning longer than the
 * whole, a proof without a hash for trees of different size.
 */
export function verifyConsistency(
  oldSize: number,
  oldRoot: TreeHash,
  size: number,
  root: TreeHash,
  proof: readonly TreeHash[],
): boolean {
  if (!isIndex(oldSize) || !isIndex(size) || oldSize < 1 || oldSize > size) return false;
  if (!areHashes([oldRoot, root, ...proof])) return false;
  if (oldSize === size) return proof.length === 0 && areEqual(oldRoot, root);
  const isPower = largestPower(oldSize) === oldSize;
  const path = isPower ? [oldRoot, ...proof] : proof;
  const [first, ...rest] = path;
  if (first === undefined || proof.length === 0) return false;
  let node = oldSize - 1;
  let last = size - 1;
  while (node % 2 === 1) [node, last] = [half(node), half(last)];
  let oldHash = first;
  let hash = first;
  for (const sibling of rest) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      oldHash = nodeHash(sibling, oldHash);
      hash = nodeHash(sibling, hash);
      while (node % 2 === 0 && node !== 0) [node, last] = [half(node), half(last)];
    } else hash = nodeHash(hash, sibling);
    [node, last] = [half(node), half(last)];
  }
  return last === 0 && areEqual(oldHash, oldRoot) && areEqual(hash, root);
}

function half(number: number): number {
  return Math.floor(number / 2);
}

function isIndex(number: number): boolean {
  return Number.isSafeInteger(number) && number >= 0;
}

function areHashes(hashes: readonly TreeHash[]): boolean {
  return hashes.every((hash) => hash.length === 32);
}

function areEqual(a: TreeHash, b: TreeHash): boolean {
  return Buffer.compare(a, b) === 0;
}

/** The largest power of two that is not larger; 0 for 0. */
function largestPower(size: number): number {
  if (size < 1) return 0;
  let power = 1;
  while (power * 2 <= size) power *= 2;
  return power;
}

function largestPowerBelow(size: number): number {
  return largestPower(size - 1);
}

function noProof(why: string): StoreError {
  return new StoreError("KAUDIT_STORE_PROOF_INVALID", `${why}.`);
}

function frontierDamaged(size: number): StoreError {
  return new StoreError("KAUDIT_STORE_DAMAGED", `the hashes of a tree of ${size} leaves do not fit its size.`);
}
