import { installErrorMatchers } from "@kaudit/testkit";
import { describe, expect, test } from "vitest";
import {
  consistencyProof,
  inclusionProof,
  leafHash,
  merkleRoot,
  verifyConsistency,
  verifyInclusion,
} from "../src/index.js";

installErrorMatchers();

const bytes = (hex: string): Buffer => Buffer.from(hex, "hex");
const hex = (hash: Uint8Array): string => Buffer.from(hash).toString("hex");

/** The leaves of Certificate Transparency's own tests, and the roots over the first 1, 2, … 8 of them. */
const inputs = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
const roots = [
  "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
  "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
  "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
  "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
  "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
  "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
  "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
  "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];
const known = inputs.map((input) => leafHash(bytes(input)));

/** Leaves that are all different, or all the same. */
const leavesOf = (size: number): Uint8Array[] =>
  Array.from({ length: size }, (_, at) => leafHash(Buffer.from(`leaf ${at}`)));
const sizes = Array.from({ length: 33 }, (_, at) => at + 1);

describe("merkleRoot", () => {
  test("gives the roots of RFC 6962's tests", () => {
    expect(inputs.map((_, at) => hex(merkleRoot(known.slice(0, at + 1))))).toEqual(roots);
    expect(hex(merkleRoot([]))).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  });

  test("abuse case 12: a leaf is not taken for a node, nor a last leaf for two", () => {
    const [a = Buffer.alloc(0), b = Buffer.alloc(0)] = leavesOf(2);
    // The node's own bytes as a leaf: a second preimage without the prefixes.
    expect(merkleRoot([a, b])).not.toEqual(merkleRoot([leafHash(Buffer.concat([a, b]))]));
    const three = leavesOf(3);
    expect(merkleRoot(three)).not.toEqual(merkleRoot([...three, ...three.slice(-1)]));
  });
});

describe("inclusion", () => {
  test("is proved as RFC 6962's tests do", () => {
    expect(inclusionProof(known, 0).map(hex)).toEqual([
      "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
      "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
      "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ]);
    expect(inclusionProof(known, 5).map(hex)).toEqual([
      "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
      "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
      "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]);
  });

  test.each(sizes)("every leaf of a tree of %i is proved, and by no other proof, place or size", (size) => {
    const leaves = leavesOf(size);
    const root = merkleRoot(leaves);
    for (const [index, leaf] of leaves.entries()) {
      const proof = inclusionProof(leaves, index);
      expect(verifyInclusion(leaf, index, size, proof, root)).toBe(true);
      expect(verifyInclusion(leaf, index + 1, size, proof, root)).toBe(false);
      expect(verifyInclusion(leafHash(Buffer.from("other")), index, size, proof, root)).toBe(false);
      expect(verifyInclusion(leaf, index, size, [...proof, root], root)).toBe(false);
      if (proof.length > 0) expect(verifyInclusion(leaf, index, size, proof.slice(1), root)).toBe(false);
    }
  });

  test("abuse case 12: a proof that cannot be is refused", () => {
    const [leaf = Buffer.alloc(0)] = known;
    const root = merkleRoot(known);
    // An empty path is a proof for a tree of one leaf only.
    expect(verifyInclusion(root, 0, 8, [], root)).toBe(false);
    expect(verifyInclusion(root, 0, 1, [], root)).toBe(true);
    expect(verifyInclusion(leaf, 0, 0, [], root)).toBe(false);
    expect(verifyInclusion(leaf, 8, 8, inclusionProof(known, 0), root)).toBe(false);
    expect(verifyInclusion(leaf, -1, 8, inclusionProof(known, 0), root)).toBe(false);
    expect(verifyInclusion(leaf, 0.5, 8, inclusionProof(known, 0), root)).toBe(false);
    expect(verifyInclusion(leaf, 0, 8, [leaf.subarray(1), ...inclusionProof(known, 0).slice(1)], root)).toBe(false);
    expect(() => inclusionProof(known, 8)).toThrowCode("KAUDIT_STORE_PROOF_INVALID");
    expect(() => inclusionProof([], 0)).toThrowCode("KAUDIT_STORE_PROOF_INVALID");
  });
});

describe("consistency", () => {
  test("is proved as RFC 6962's tests do", () => {
    expect(consistencyProof(known, 1).map(hex)).toEqual([
      "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
      "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
      "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ]);
    expect(consistencyProof(known, 6).map(hex)).toEqual([
      "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
      "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
      "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]);
    expect(consistencyProof(known, 8)).toEqual([]);
  });

  test.each(sizes)("every beginning of a tree of %i is proved, and no other", (size) => {
    const leaves = leavesOf(size);
    const root = merkleRoot(leaves);
    for (let old = 1; old <= size; old++) {
      const proof = consistencyProof(leaves, old);
      const oldRoot = merkleRoot(leaves.slice(0, old));
      expect(verifyConsistency(old, oldRoot, size, root, proof)).toBe(true);
      // A fork: the last of the old leaves was another.
      const fork = merkleRoot([...leaves.slice(0, old - 1), leafHash(Buffer.from("forged"))]);
      expect(verifyConsistency(old, fork, size, root, proof)).toBe(false);
      expect(verifyConsistency(old, oldRoot, size, root, [...proof, root])).toBe(false);
      if (proof.length > 0) expect(verifyConsistency(old, oldRoot, size, root, proof.slice(0, -1))).toBe(false);
      if (old < size) expect(verifyConsistency(old, oldRoot, size, root, [])).toBe(false);
    }
  });

  test("abuse case 12: a proof that cannot be is refused", () => {
    const root = merkleRoot(known);
    expect(verifyConsistency(0, merkleRoot([]), 8, root, [])).toBe(false);
    expect(verifyConsistency(9, root, 8, root, [])).toBe(false);
    expect(verifyConsistency(8, root, 8, root, [root])).toBe(false);
    expect(verifyConsistency(8, merkleRoot(leavesOf(8)), 8, root, [])).toBe(false);
    expect(verifyConsistency(4, root.subarray(1), 8, root, consistencyProof(known, 4))).toBe(false);
    expect(() => consistencyProof(known, 0)).toThrowCode("KAUDIT_STORE_PROOF_INVALID");
    expect(() => consistencyProof(known, 9)).toThrowCode("KAUDIT_STORE_PROOF_INVALID");
  });
});
